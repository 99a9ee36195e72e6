use serde::{Serialize, Serializer};

use super::Severity;

macro_rules! issue_codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $severity:ident, $advice:literal;)*) => {
        /// What an [`crate::Issue`] is about. The text of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueCode { $($(#[$doc])* $name,)* }

        impl IssueCode {
            /// Every code, in the order of the README's list.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What is wrong and what to do, in a Japanese sentence.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

issue_codes! {
    /// The name begins with no kind of the standard, or ends in neither `.CSV` nor `.jpg`.
    NameUnknown, "name-unknown", Error, "ケアプランデータ連携のファイル名ではありません。介護ソフトが出力した名前のまま送ってください。";
    /// Too few or too many parts.
    NameParts, "name-parts", Error, "ファイル名の項目の数が標準仕様と合いません。介護ソフトが出力した名前のまま送ってください。";
    /// A month where the kind has none.
    NameMonthUnexpected, "name-month-unexpected", Error, "この種類のファイル名に年月は入りません。介護ソフトから出力し直してください。";
    /// The month does not exist, or is `000000` where it may not.
    NameMonth, "name-month", Error, "ファイル名の対象年月が正しくありません（000000は、計画書と送る利用者補足情報だけに使えます）。介護ソフトから出力し直してください。";
    /// A part that should be an office is none.
    NameOffice, "name-office", Error, "ファイル名の事業所番号が10桁の番号ではありません。介護ソフトの事業所番号の設定を確かめ、出力し直してください。";
    /// A part that should be a service type is none.
    NameServiceType, "name-service-type", Error, "ファイル名のサービス種類が2桁の英数字ではありません。介護ソフトから出力し直してください。";
    /// The 14 digits are no time.
    NameSerial, "name-serial", Error, "ファイル名の出力年月日時（14桁）が正しくありません。介護ソフトが出力した名前のまま送ってください。";
    /// A kind of version 4 under a name of version 3.
    NameNotInVersion, "name-not-in-version", Error, "この種類のファイルは第4版からのものですが、ファイル名が第3版の形（サービス種類なし）です。介護ソフトから出力し直してください。";
    /// More than 100 issues of one code.
    MoreIssues, "more-issues", Warning, "同じ種類の指摘がほかにもあります。";
}

impl Serialize for IssueCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
