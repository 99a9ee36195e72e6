use std::borrow::Cow;

/// A chart number (診察券番号, カルテ番号等) as patients are told apart by: NFKC, trimmed, leading zeros dropped
/// when all digits, all zeros = `0`. `None` where nothing is written.
pub fn normalise_chart_number(written: &str) -> Option<Cow<'_, str>> {
    let is_plain = written.bytes().all(|it| it.is_ascii_graphic());
    let text: Cow<'_, str> = if is_plain { written.into() } else { compatible(written).into() };
    if text.is_empty() {
        return None;
    }
    if !text.bytes().all(|it| it.is_ascii_digit()) {
        return Some(text);
    }
    let n_zeros = text.bytes().take_while(|it| *it == b'0').count().min(text.len() - 1);
    Some(match text {
        Cow::Borrowed(text) => text[n_zeros..].into(),
        Cow::Owned(text) => text[n_zeros..].to_owned().into(),
    })
}

fn compatible(written: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let text: String = written.nfkc().collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_number_is_the_same_however_it_is_padded_or_spaced() {
        for (written, expected) in [
            ("00123", "123"),
            ("123", "123"),
            ("１２３", "123"),
            ("　00123 ", "123"),
            ("0000", "0"),
            ("A-00045", "A-00045"),
            ("Ａ－00045", "A-00045"),
            ("00A1", "00A1"),
        ] {
            assert_eq!(normalise_chart_number(written).as_deref(), Some(expected), "{written}");
        }
        assert_eq!(normalise_chart_number(""), None);
        assert_eq!(normalise_chart_number(" 　"), None);
    }
}
