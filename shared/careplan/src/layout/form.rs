use super::CodeTable;

/// How an item is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// CSVバージョン, `YYYYMM`.
    Version,
    /// 保険者番号, six digits.
    Insurer,
    /// 被保険者番号: ten digits, or `H` and nine for people on public assistance alone.
    Insured,
    /// `YYYYMMDD`; `00000000` in a supplement that goes with a month's table.
    PlanDate,
    /// `YYYYMM`; `000000` in a supplement that goes with a plan.
    TargetMonth,
    /// `YYYYMMDD`.
    Date,
    /// `YYYYMM`.
    Month,
    /// Free text: always in quotes, may hold commas and line ends.
    Text,
    /// `XXX-XXXX`.
    Postcode,
    /// A telephone or fax number.
    Phone,
    /// Letters, digits and signs of ASCII.
    Letters,
    /// A code of a table.
    Code(&'static CodeTable),
    /// One of a few codes.
    OneOf(Vec<&'static str>),
    /// 事業所番号, ten characters.
    Office,
    /// サービス種類, two characters.
    ServiceType,
    /// サービスコード, six characters, the first two of which are the service type.
    ServiceCode,
    /// `HHMM`.
    Time,
    /// `HHMM`, or `9999` where the service shows no time.
    TimeOrNone,
    /// 31 characters: `1` on each day that is billed.
    Days,
    /// A number that may have a fraction.
    Decimal,
    /// A whole number, below zero for reductions.
    Integer,
    /// A number from 1 to 99 that orders rows.
    Number,
    /// 識別子, which nobody uses.
    Unused,
}

impl Form {
    /// Reads the last column of `items.tsv`.
    pub(super) fn read(form: &'static str) -> Option<Self> {
        Some(match form {
            "version" => Self::Version,
            "insurer" => Self::Insurer,
            "insured" => Self::Insured,
            "plan-date" => Self::PlanDate,
            "target-month" => Self::TargetMonth,
            "date" => Self::Date,
            "month" => Self::Month,
            "text" => Self::Text,
            "postcode" => Self::Postcode,
            "phone" => Self::Phone,
            "letters" => Self::Letters,
            "office" => Self::Office,
            "service-type" => Self::ServiceType,
            "service-code" => Self::ServiceCode,
            "time" => Self::Time,
            "time-or-9999" => Self::TimeOrNone,
            "days" => Self::Days,
            "decimal" => Self::Decimal,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "unused" => Self::Unused,
            _ => match form.split_once(':')? {
                ("code", table) => Self::Code(CodeTable::named(table)?),
                ("one-of", codes) => Self::OneOf(codes.split(',').collect()),
                _ => return None,
            },
        })
    }
}
