use encoding_rs::SHIFT_JIS;
use serde::{Deserialize, Serialize};

/// What an attachment is, told by its content and not by its name (C-052).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// Text that its sender calls `.csv`.
    Csv,
    /// Any other text.
    Txt,
    /// PDF.
    Pdf,
    /// JPEG, `.jpg` and `.jpeg`.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
}

impl AttachmentKind {
    /// Every kind there is.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Txt, Self::Pdf, Self::Jpeg, Self::Png, Self::Gif];

    /// The kind that an operator calls `name`: by its ending, `jpeg` like `jpg`.
    pub fn named(name: &str) -> Option<Self> {
        let name = if name == "jpeg" { "jpg" } else { name };
        Self::ALL.into_iter().find(|it| it.ending() == name)
    }

    /// The kind of `bytes` that the sender called `name`; `None` where it is none that travels.
    ///
    /// Text is UTF-8 or Windows-31J without control characters but tab and line ends.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        const MARKS: [(&[u8], AttachmentKind); 5] = [
            (b"%PDF-", AttachmentKind::Pdf),
            (b"\xFF\xD8\xFF", AttachmentKind::Jpeg),
            (b"\x89PNG\r\n\x1A\n", AttachmentKind::Png),
            (b"GIF87a", AttachmentKind::Gif),
            (b"GIF89a", AttachmentKind::Gif),
        ];
        if let Some((_, kind)) = MARKS.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
            return Some(kind);
        }
        let is_csv = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("csv"));
        is_text(bytes).then_some(if is_csv { Self::Csv } else { Self::Txt })
    }

    /// How our copy of it is called behind the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Txt => "txt",
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }

    /// What it is served as.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Txt => "text/plain",
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let is_control = |it: &u8| (*it < 0x20 && !matches!(it, b'\t' | b'\n' | b'\r')) || *it == 0x7F;
    if bytes.is_empty() || bytes.iter().any(is_control) {
        return false;
    }
    str::from_utf8(bytes).is_ok() || SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name() {
        for kind in AttachmentKind::ALL {
            assert_eq!(AttachmentKind::named(kind.ending()), Some(kind));
        }
        assert_eq!(AttachmentKind::named("jpeg"), Some(AttachmentKind::Jpeg));
        assert_eq!(AttachmentKind::named("exe"), None);
    }

    #[test]
    fn content_tells_and_the_name_does_not() {
        let check = |name, bytes: &[u8], expected| assert_eq!(AttachmentKind::of(name, bytes), expected, "{name}");
        check("a.exe", b"%PDF-1.7", Some(AttachmentKind::Pdf));
        check("a.pdf", b"MZ\x90\x00\x03", None);
        check("a.jpg", b"\xFF\xD8\xFF\xE0", Some(AttachmentKind::Jpeg));
        check("a.jpg", b"\x89PNG\r\n\x1A\n", Some(AttachmentKind::Png));
        check("a.gif", b"GIF89a", Some(AttachmentKind::Gif));
        check("a.zip", b"PK\x03\x04", None);
        check("a.csv", b"\x8A\xC5,1\r\n", Some(AttachmentKind::Csv));
        check("a.pdf", "見守り".as_bytes(), Some(AttachmentKind::Txt));
        check("a.txt", b"a\0b", None);
        check("a.txt", b"", None);
        check("a.txt", b"\xFF\xFE\x00", None);
    }
}
