use std::fmt;

use japan::fold;
use serde::{Serialize, Serializer};

/// A Japanese mobile number in E.164, `+8190…`. `Debug` shows its last four digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmsNumber(String);

/// Why no SMS can go to a number. It never quotes the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberProblem {
    /// Nothing there, letters, or too few or too many digits.
    #[error("電話番号として読めません。数字を確かめてください。")]
    NotANumber,
    /// A number of another country.
    #[error("国外の電話番号にはSMSを送れません。日本の携帯電話番号を登録してください。")]
    Foreign,
    /// 03, 06, 0120, 0800 and such.
    #[error("固定電話やフリーダイヤルの番号にはSMSを送れません。携帯電話番号を登録してください。")]
    Landline,
    /// 050.
    #[error("050のIP電話の番号にはSMSを送れません。携帯電話番号を登録してください。")]
    IpPhone,
    /// All eight digits alike, 12345678 or a first digit of 0: made up to fill a form, and perhaps a
    /// stranger's.
    #[error("見本の電話番号のようです。患者の番号を確かめてください。")]
    MadeUp,
}

impl NumberProblem {
    /// The stable text of the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotANumber => "not-a-number",
            Self::Foreign => "foreign",
            Self::Landline => "landline",
            Self::IpPhone => "ip-phone",
            Self::MadeUp => "made-up",
        }
    }
}

impl SmsNumber {
    /// The number as people write it: `090-1234-5670`, `０９０（１２３４）５６７０`, `+81 90 1234 5670`.
    ///
    /// # Errors
    ///
    /// [`NumberProblem`] when it is no mobile number of Japan (060, 070, 080, 090; the digit behind is
    /// not 0: 0800 is toll-free).
    pub fn parse(text: &str) -> Result<Self, NumberProblem> {
        let folded = fold(text);
        let written: String = folded.chars().filter(|it| !matches!(it, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
        let (is_international, digits) = match written.strip_prefix('+').or_else(|| written.strip_prefix("010")) {
            Some(digits) => (true, digits),
            None => (false, &*written),
        };
        if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Err(NumberProblem::NotANumber);
        }
        let national = match digits.strip_prefix("81") {
            // `+81(0)90…` is a common mistake.
            Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
            None if is_international => return Err(NumberProblem::Foreign),
            None => digits.strip_prefix('0').ok_or(NumberProblem::NotANumber)?,
        };
        Self::of_national(national)
    }

    /// From the digits behind the leading 0.
    fn of_national(digits: &str) -> Result<Self, NumberProblem> {
        let is_mobile = matches!(digits.get(..2), Some("60" | "70" | "80" | "90")) && digits.len() == 10;
        if digits.starts_with("50") && digits.len() == 10 {
            return Err(NumberProblem::IpPhone);
        }
        if !is_mobile || digits.starts_with("800") {
            let is_landline = matches!(digits.len(), 9 | 10) && !digits.starts_with('0');
            return Err(if is_landline { NumberProblem::Landline } else { NumberProblem::NotANumber });
        }
        let subscriber = &digits.as_bytes()[2..];
        let is_made_up = subscriber == b"12345678" || subscriber.iter().all(|it| *it == subscriber[0]);
        if is_made_up || subscriber[0] == b'0' {
            return Err(NumberProblem::MadeUp);
        }
        Ok(Self(format!("+81{digits}")))
    }

    /// In E.164, for the provider alone.
    pub fn as_e164(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SmsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsNumber(…{})", &self.0[self.0.len() - 4..])
    }
}

impl Serialize for SmsNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = SmsNumber::parse(text).map_or_else(|it| it.as_str().to_owned(), |it| it.as_e164().to_owned());
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_mobile_number_is_read_as_people_write_it() {
        for text in [
            "09023456701",
            "090-2345-6701",
            "０９０－２３４５－６７０１",
            "090ー2345ー6701",
            " (090) 2345.6701",
            "+819023456701",
            "+81 (0)90-2345-6701",
            "819023456701",
            "010-81-90-2345-6701",
        ] {
            check(text, "+819023456701");
        }
        check("070-2345-6701", "+817023456701");
        check("080-2345-6701", "+818023456701");
        check("060-2345-6701", "+816023456701");
    }

    #[test]
    fn what_cannot_take_an_sms_is_refused_by_name() {
        for text in ["03-2345-6789", "0120-234-567", "0800-234-5678", "0266-23-4567", "06-2345-6789", "0702-34-5678"] {
            check(text, "landline");
        }
        check("050-2345-6789", "ip-phone");
        check("+1 202 555 0143", "foreign");
        check("090-0000-0000", "made-up");
        check("090-1111-1111", "made-up");
        check("080-1234-5678", "made-up");
        for text in [
            "",
            "090",
            "なし",
            "090-2345-67012",
            "9023456701",
            "090-2345-67x1",
            "+",
            "00-2345-6789",
            "070-234-567",
            "110",
        ] {
            check(text, "not-a-number");
        }
    }

    #[test]
    fn what_is_logged_of_a_number_is_its_end() {
        assert_eq!(format!("{:?}", SmsNumber::parse("090-2345-6701").unwrap()), "SmsNumber(…6701)");
    }

    proptest::proptest! {
        #[test]
        fn a_number_once_read_is_read_the_same_again(text in "[+0-9０-９ ()-]{0,16}") {
            if let Ok(number) = SmsNumber::parse(&text) {
                proptest::prop_assert_eq!(SmsNumber::parse(number.as_e164()), Ok(number.clone()));
                proptest::prop_assert_eq!(number.as_e164().len(), 13);
            }
        }
    }
}
