mod cp932;

use std::borrow::Cow;

use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_8};

use crate::lines::MarkedLine;

/// The character encoding of a claim file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Windows-31J, which is what claim software writes for Shift_JIS.
    #[default]
    Cp932,
    /// Saved again as UTF-8.
    Utf8,
    /// Saved again as EUC-JP.
    EucJp,
}

/// What the decoding of a line showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Decoded {
    /// Some bytes were no character; they stand as U+FFFD.
    pub(crate) is_broken: bool,
    /// There are user-defined characters, which decode to the private use area.
    pub(crate) is_user_defined: bool,
}

impl Encoding {
    /// What decoding `line` would show.
    #[inline(always)]
    pub(crate) fn check(self, line: MarkedLine<'_>) -> Decoded {
        if line.is_ascii() {
            return Decoded::default();
        }
        match self {
            Self::Cp932 => match cp932::check(line) {
                // What stands behind broken bytes is told by the standard's way to go on after them.
                decoded if decoded.is_broken => check_slowly(SHIFT_JIS, line.bytes()),
                decoded => decoded,
            },
            Self::Utf8 => check_slowly(UTF_8, line.bytes()),
            Self::EucJp => check_slowly(EUC_JP, line.bytes()),
        }
    }

    /// `column` as text, with U+FFFD for bytes that are no character; borrowed where it is ASCII.
    pub fn decode(self, column: &[u8]) -> Cow<'_, str> {
        match self {
            _ if column.is_ascii() => std::str::from_utf8(column).unwrap_or_default().into(),
            Self::Cp932 => match cp932::decode(column) {
                Some(text) => text.into(),
                None => SHIFT_JIS.decode_without_bom_handling(column).0,
            },
            Self::Utf8 => UTF_8.decode_without_bom_handling(column).0,
            Self::EucJp => EUC_JP.decode_without_bom_handling(column).0,
        }
    }
}

#[cold]
fn check_slowly(encoding: &'static encoding_rs::Encoding, line: &[u8]) -> Decoded {
    let (decoded, is_broken) = encoding.decode_without_bom_handling(line);
    Decoded { is_broken, is_user_defined: decoded.chars().any(is_private) }
}

fn is_private(character: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&character)
}

/// Tells the encoding of a file from all its bytes, given in pieces: a mark at the beginning, else
/// strict UTF-8 with something beyond ASCII, else EUC-JP where Windows-31J makes no sense of it,
/// else Windows-31J (receipt specification, chapter 1, character set).
///
/// Most files are settled by their first piece: [`EncodingDetector::is_settled`].
#[derive(Debug, Default)]
pub struct EncodingDetector {
    seen_any: bool,
    has_mark: bool,
    not_utf8: bool,
    beyond_ascii: bool,
    /// The bytes of a character that the end of the last piece cut.
    rest: Vec<u8>,
    /// The first bytes beyond ASCII and their neighbours, to tell EUC-JP.
    sample: Vec<u8>,
}

/// How many bytes of lines beyond ASCII are looked at to tell EUC-JP.
const SAMPLE_BYTES: usize = 16 * 1024;

impl EncodingDetector {
    /// Takes the next piece of the file.
    pub fn feed(&mut self, piece: &[u8]) {
        if !self.seen_any && !piece.is_empty() {
            self.seen_any = true;
            self.has_mark = piece.starts_with(b"\xEF\xBB\xBF");
        }
        if self.is_settled() || piece.is_ascii() && self.rest.is_empty() {
            return;
        }
        self.beyond_ascii = true;
        self.keep_sample(piece);
        if self.not_utf8 {
            return;
        }
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        match std::str::from_utf8(&bytes) {
            Ok(_) => {}
            Err(err) if err.error_len().is_none() => self.rest = bytes[err.valid_up_to()..].to_vec(),
            Err(_) => self.not_utf8 = true,
        }
    }

    fn keep_sample(&mut self, piece: &[u8]) {
        for line in piece.split(|it| matches!(it, b'\n' | b'\r')) {
            if self.sample.len() >= SAMPLE_BYTES {
                return;
            }
            if !line.is_ascii() {
                self.sample.extend_from_slice(&line[..line.len().min(SAMPLE_BYTES)]);
                self.sample.push(b'\n');
            }
        }
    }

    /// Whether further pieces cannot change the answer.
    pub fn is_settled(&self) -> bool {
        self.has_mark || self.not_utf8 && self.sample.len() >= SAMPLE_BYTES
    }

    /// The encoding, once every piece was fed or the detector is settled.
    pub fn finish(self) -> Encoding {
        if self.has_mark || self.beyond_ascii && !self.not_utf8 && self.rest.is_empty() {
            Encoding::Utf8
        } else if self.not_utf8 && looks_like_euc_jp(&self.sample) {
            Encoding::EucJp
        } else {
            Encoding::Cp932
        }
    }
}

/// EUC-JP read as Windows-31J is half-width kana and broken bytes; Windows-31J read as EUC-JP breaks
/// at its first kanji.
fn looks_like_euc_jp(sample: &[u8]) -> bool {
    let end = memchr::memrchr(b'\n', sample).unwrap_or(sample.len());
    let sample = &sample[..end];
    let (as_euc, broken_as_euc) = EUC_JP.decode_without_bom_handling(sample);
    if broken_as_euc {
        return false;
    }
    let is_half_kana = |it: &char| ('\u{FF61}'..='\u{FF9F}').contains(it);
    let (as_cp932, broken_as_cp932) = SHIFT_JIS.decode_without_bom_handling(sample);
    let n_wide = as_euc.chars().filter(|it| !it.is_ascii() && !is_half_kana(it)).count();
    let n_half_kana = as_cp932.chars().filter(is_half_kana).count();
    n_wide >= 4 && (broken_as_cp932 || n_half_kana * 2 > n_wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: Encoding) {
        let mut detector = EncodingDetector::default();
        for piece in pieces {
            detector.feed(piece);
        }
        assert_eq!(detector.finish(), expected);
    }

    #[test]
    fn the_encoding_is_told_from_the_bytes() {
        let text = "IR,1,13,1,9999999,,ダミー内科クリニック\r\nRE,1,1112,202406,検証　一郎\r\n";
        check(&[b"IR,1,13,1\r\n"], Encoding::Cp932);
        check(&[], Encoding::Cp932);
        check(&[text.as_bytes()], Encoding::Utf8);
        check(&[b"\xEF\xBB\xBFIR,1\r\n"], Encoding::Utf8);
        check(&[&SHIFT_JIS.encode(text).0], Encoding::Cp932);
        check(&[&EUC_JP.encode(text).0], Encoding::EucJp);
    }

    #[test]
    fn a_character_cut_between_two_pieces_is_still_utf8() {
        let bytes = "IR,検証".as_bytes();
        for cut in 0..bytes.len() {
            check(&[&bytes[..cut], &bytes[cut..]], Encoding::Utf8);
        }
        check(&[&bytes[..bytes.len() - 1]], Encoding::Cp932);
    }

    #[test]
    fn half_width_kana_alone_is_not_taken_for_euc_jp() {
        check(&[&SHIFT_JIS.encode("RE,1,1112,202406,ｷｷﾝ ﾊﾅｺ,2").0], Encoding::Cp932);
        check(&[&SHIFT_JIS.encode("RE,1,1112,202406,ｷﾝﾊﾅ,2").0], Encoding::Cp932);
    }
}
