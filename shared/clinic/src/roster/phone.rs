use japan::fold;

/// A telephone number in digits, ten or eleven, the first 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phone {
    pub(super) digits: String,
    /// Whether an SMS can reach it, as far as the number tells: 060, 070, 080 and 090, but neither the
    /// toll-free 0800 nor 0600, and no number of ten digits in Osaka (06).
    pub(super) is_mobile: bool,
    /// Whether a leading zero that a spreadsheet had dropped was put back.
    pub(super) repaired: bool,
}

/// Reads a telephone number in any width, with hyphens, brackets or spaces, or with `+81`.
pub(super) fn parse_phone(text: &str) -> Option<Phone> {
    let mut digits = fold(text);
    digits.retain(|it| !matches!(it, '-' | '(' | ')' | ' ' | '.' | '/'));
    if let Some(abroad) = digits.strip_prefix("+81") {
        digits = format!("0{}", abroad.strip_prefix('0').unwrap_or(abroad));
    }
    if !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let repaired = digits.len() == 10 && ["60", "70", "80", "90"].iter().any(|it| digits.starts_with(it));
    if repaired {
        digits.insert(0, '0');
    }
    // 060 and ten digits is Osaka (06).
    let is_osaka = digits.starts_with("06") && digits.len() == 10;
    let begins = |with: &[&str]| with.iter().any(|it| digits.starts_with(it));
    let is_mobile = begins(&["060", "070", "080", "090"]) && !begins(&["0600", "0800"]) && !is_osaka;
    let right_length = if is_mobile { digits.len() == 11 } else { matches!(digits.len(), 10 | 11) };
    (right_length && digits.starts_with('0')).then_some(Phone { digits, is_mobile, repaired })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = parse_phone(text).map(|it| {
            let kind = if it.is_mobile { "mobile" } else { "landline" };
            format!("{} {kind}{}", it.digits, if it.repaired { " repaired" } else { "" })
        });
        assert_eq!(shown.as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn numbers_are_read_in_any_form() {
        check("090-0000-0001", "09000000001 mobile");
        check("０９０ー００００ー０００１", "09000000001 mobile");
        check("+81 90 0000 0001", "09000000001 mobile");
        check("060-1000-0001", "06010000001 mobile");
        check("+81 60 1000 0001", "06010000001 mobile");
        check("0600-000-0001", "06000000001 landline");
        check("06-0000-0001", "0600000001 landline");
        check("06-6000-0001", "0660000001 landline");
        check("+81(0)3-0000-0001", "0300000001 landline");
        check("03(0000)0001", "0300000001 landline");
        check("050-0000-0001", "05000000001 landline");
        check("0800-000-0001", "08000000001 landline");
    }

    #[test]
    fn a_zero_lost_to_a_spreadsheet_is_put_back_on_mobile_numbers_alone() {
        check("9000000001", "09000000001 mobile repaired");
        check("6010000001", "06010000001 mobile repaired");
        check("300000001", "none");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "090-0000-001", "110", "9.00E+09", "03-0000-0001内線5", "090000000012", "090?", "+1 212 000 0000"]
        {
            check(text, "none");
        }
    }
}
