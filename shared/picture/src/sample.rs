//! Pictures as phones and attackers make them. Nothing of them is of a person.
#![expect(clippy::unwrap_used, reason = "they are the same every time")]

use std::io::Cursor;

use image::{
    ColorType, DynamicImage, ImageEncoder as _, ImageFormat, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

/// What is planted beside the pixels, and must not be kept.
pub const PLANTED: &str = "planted in the file";

/// A picture with a red left and a blue right half.
pub fn red_and_blue(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| image::Rgb(if x < width / 2 { [200, 0, 0] } else { [0, 0, 200] }))
}

/// A picture as JPEG.
pub fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95).encode_image(picture).unwrap();
    bytes
}

/// A picture as PNG.
pub fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.clone()).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// As a phone writes it: with a place (GPS), and turned by `orientation` as Exif counts.
pub fn photograph(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.encode_image(picture).unwrap();
    bytes
}

/// A JPEG with a page of HTML behind it: either, as its reader likes.
pub fn polyglot() -> Vec<u8> {
    let mut bytes = jpeg(&red_and_blue(8, 8));
    bytes.extend_from_slice(format!("<script>{PLANTED}</script>").as_bytes());
    bytes
}

/// A JPEG of which a third is missing.
pub fn truncated() -> Vec<u8> {
    let mut bytes = jpeg(&red_and_blue(640, 480));
    bytes.truncate(bytes.len() * 2 / 3);
    bytes
}

/// A PNG that is small and would unpack to 900 megapixels.
pub fn bomb() -> Vec<u8> {
    let mut bytes = png(&red_and_blue(2, 2));
    bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// A PNG of which the left half is transparent.
pub fn half_transparent() -> Vec<u8> {
    let pixels: Vec<u8> = (0..64).flat_map(|it| if it % 8 < 4 { [0, 0, 0, 0] } else { [0, 0, 0, 255] }).collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&pixels, 8, 8, ColorType::Rgba8.into()).unwrap();
    bytes
}

/// A TIFF structure with an orientation, a text and a GPS directory.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        bytes.extend(count.to_le_bytes());
        bytes.extend(value);
        bytes
    };
    let text_at = 8 + 2 + 3 * 12 + 4;
    let n_text = PLANTED.len() as u32;
    let gps_at = text_at + n_text;
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010e, 2, n_text, text_at.to_le_bytes()));
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, gps_at.to_le_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(PLANTED.as_bytes());
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend([0; 4]);
    tiff
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
