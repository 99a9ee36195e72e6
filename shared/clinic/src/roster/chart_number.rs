/// The chart number as the patient key writes it: full-width letters and digits as ASCII, trimmed,
/// leading zeros dropped when all are digits; all zeros are `0`.
pub(super) fn normalise_chart_number(text: &str) -> String {
    let narrow: String = text.chars().map(narrow).collect();
    let narrow = narrow.trim();
    if narrow.is_empty() || !narrow.bytes().all(|it| it.is_ascii_digit()) {
        return narrow.to_owned();
    }
    match narrow.trim_start_matches('0') {
        "" => "0".to_owned(),
        significant => significant.to_owned(),
    }
}

/// The ASCII twin of a full-width character.
pub(super) fn narrow(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_widths_do_not_tell_two_patients_apart() {
        for (text, expected) in
            [("00123", "123"), ("　１２３ ", "123"), ("000", "0"), ("Ａ－００４５", "A-0045"), ("", "")]
        {
            assert_eq!(normalise_chart_number(text), expected);
        }
    }
}
