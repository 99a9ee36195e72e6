use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, Limits,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
    },
    imageops::FilterType,
};

/// The most pixels that are unpacked: 48 megapixels and a little.
const MAX_PIXELS: u64 = 50_000_000;

/// The most memory that the pixels may take as their file has them.
const MAX_UNPACKED_BYTES: u64 = 200_000_000;

/// The longer side of what is kept: enough to read a skin or a medicine's label, and to print.
const KEPT_SIDE: u32 = 2_400;

/// Of a hundred; what is written below it shows in letters.
const QUALITY: u8 = 88;

/// Why a file is not kept. The same bytes would be refused again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither JPEG nor PNG, by its bytes.
    #[error("the file is neither JPEG nor PNG")]
    OtherFormat,
    /// More pixels than are taken.
    #[error("the picture is too large")]
    TooLarge,
    /// It cannot be read to its end.
    #[error("the picture is broken")]
    Broken,
}

/// The picture written anew as JPEG, upright and at most 2,400 pixels long, with nothing but its pixels: no
/// place, no time, no name of a device, no profile, no second file behind it.
///
/// # Errors
///
/// [`Refused`] for what is none, too large or broken.
pub fn clean(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let picture = match bytes {
        [0xff, 0xd8, 0xff, ..] => {
            if !has_end_of_jpeg(bytes) {
                return Err(Refused::Broken);
            }
            unpacked(JpegDecoder::new(Cursor::new(bytes)).map_err(|_| Refused::Broken)?)?
        }
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(|_| Refused::Broken)?;
            on_white(unpacked(decoder)?)
        }
        _ => return Err(Refused::OtherFormat),
    };
    let picture = if picture.width().max(picture.height()) > KEPT_SIDE {
        picture.resize(KEPT_SIDE, KEPT_SIDE, FilterType::Triangle)
    } else {
        picture
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&picture.into_rgb8())
        .map_err(|_| Refused::Broken)?;
    Ok(jpeg)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_UNPACKED_BYTES);
    limits
}

/// The pixels, turned as the camera was held.
fn unpacked(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Refused> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_UNPACKED_BYTES {
        return Err(Refused::TooLarge);
    }
    decoder.set_limits(limits()).map_err(|_| Refused::TooLarge)?;
    // A picture whose note on this cannot be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Refused::Broken)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

/// JPEG has no transparency; what shows through is paper.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut pixels = picture.into_rgba8();
    for pixel in pixels.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in 0..3 {
            let mixed = (u16::from(pixel[channel]) * alpha + 255 * (255 - alpha)) / 255;
            pixel[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        pixel[3] = 255;
    }
    DynamicImage::ImageRgba8(pixels)
}

/// Whether a JPEG's pixels come to their end. The decoder fills up what is missing with grey, and half a
/// document must not look like a whole one.
fn has_end_of_jpeg(bytes: &[u8]) -> bool {
    let last_scan = bytes.windows(2).rposition(|it| it == [0xff, 0xda]);
    last_scan.is_some_and(|at| bytes[at..].windows(2).any(|it| it == [0xff, 0xd9]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, PLANTED, red_and_blue};

    /// How a picture is kept: its size and the colours of its corners, or why it is not.
    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let shown = match clean(bytes) {
            Err(refused) => refused.to_string(),
            Ok(kept) => {
                let text = String::from_utf8_lossy(&kept);
                assert!(!text.contains(PLANTED) && !text.contains("Exif"), "something else was kept");
                assert_eq!(clean(&kept).map(|_| ()), Ok(()), "what is kept is a picture");
                let picture = image::load_from_memory(&kept).unwrap().into_rgb8();
                let colour = |x: u32, y: u32| match picture.get_pixel(x, y).0 {
                    [120..=255, ..80, ..80] => "red",
                    [..80, ..80, 120..=255] => "blue",
                    [200..=255, 200..=255, 200..=255] => "white",
                    [..60, ..60, ..60] => "black",
                    _ => "other",
                };
                let (width, height) = picture.dimensions();
                let corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)];
                let corners = corners.map(|(x, y)| colour(x, y)).join(" ");
                format!("{width}x{height} {corners}")
            }
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn pictures_are_written_anew() {
        check(&sample::jpeg(&red_and_blue(64, 32)), "64x32 red blue red blue");
        check(&sample::png(&red_and_blue(64, 32)), "64x32 red blue red blue");
        check(&sample::half_transparent(), "8x8 white black white black");
    }

    #[test]
    fn a_photograph_is_kept_upright_and_without_its_place() {
        let turned = |orientation| sample::photograph(&red_and_blue(64, 32), orientation);
        assert!(String::from_utf8_lossy(&turned(1)).contains(PLANTED));
        check(&turned(1), "64x32 red blue red blue");
        check(&turned(3), "64x32 blue red blue red");
        check(&turned(6), "32x64 red red blue blue");
        check(&turned(8), "32x64 blue blue red red");
        check(&turned(99), "64x32 red blue red blue");
    }

    #[test]
    fn a_large_one_is_made_smaller() {
        check(&sample::jpeg(&red_and_blue(4_800, 1_200)), "2400x600 red blue red blue");
    }

    #[test]
    fn what_hides_behind_a_picture_is_gone() {
        check(&sample::polyglot(), "8x8 red blue red blue");
    }

    #[test]
    fn what_is_no_whole_picture_is_refused() {
        let broken = Refused::Broken.to_string();
        check(&sample::truncated(), &broken);
        check(b"\xff\xd8\xff\xe0 and no more", &broken);
        let png = sample::png(&red_and_blue(64, 64));
        check(&png[..png.len() / 2], &broken);
        let other = Refused::OtherFormat.to_string();
        for bytes in
            [&b""[..], b"GIF89a", b"%PDF-1.7", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"RIFF\0\0\0\0WEBP"]
        {
            check(bytes, &other);
        }
    }

    #[test]
    fn what_would_unpack_to_too_much_is_refused_unread() {
        check(&sample::bomb(), &Refused::TooLarge.to_string());
    }
}
