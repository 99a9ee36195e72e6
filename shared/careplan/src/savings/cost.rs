use serde::Serialize;

use super::{Amount, Change, PAPER_SAVED_PERMIL, SavingsInput, WORK_SAVED_PERMIL};

/// Hundredths of an hour a year that an office works for one user shared with one partner.
const HOURS: i128 = 21_552;
/// Hundredths of a yen a year, for the same and one of the staff.
const LABOUR: i128 = 47_745_665;
/// Hundredths of a yen a year for a user: 4.4, 13.2, 38 and 36.8 yen a month.
const PRINTING: i128 = 5_280;
const FAX: i128 = 15_840;
const POST: i128 = 45_600;
const TRANSPORT: i128 = 44_160;
/// Hundredths of a yen a year for an office: 31,417 yen a month, and the fee of the national system.
const SOFTWARE: i128 = 37_700_400;
const LICENCE: i128 = 2_100_000;

/// What care offices pay for when they share tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// 人件費.
    Labour,
    /// 印刷費.
    Printing,
    /// 通信費 (FAX).
    Fax,
    /// 郵送費.
    Post,
    /// 交通費.
    Transport,
    /// 介護ソフト費, the same before and after.
    Software,
    /// ケアプランライセンス料, which comes with the exchange.
    Licence,
}

impl Cost {
    /// Every cost, in the order of the tool's sheet.
    pub const ALL: [Self; 7] =
        [Self::Labour, Self::Printing, Self::Fax, Self::Post, Self::Transport, Self::Software, Self::Licence];

    /// What the sheet calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Labour => "人件費",
            Self::Printing => "印刷費",
            Self::Fax => "通信費（FAX）",
            Self::Post => "郵送費",
            Self::Transport => "交通費",
            Self::Software => "介護ソフト費",
            Self::Licence => "ライセンス料",
        }
    }

    pub(super) fn change(self, input: SavingsInput) -> Change {
        let of_users = |hundredths| {
            let partners = i128::from(input.partners);
            falling(input, hundredths * i128::from(input.users) * partners, 1, PAPER_SAVED_PERMIL)
        };
        let of_offices = |hundredths| hundredths * i128::from(input.offices) * i128::from(input.partners);
        match self {
            Self::Labour => labour(input, input.staff),
            Self::Printing => of_users(PRINTING),
            Self::Fax => of_users(FAX),
            Self::Post => of_users(POST),
            Self::Transport => of_users(TRANSPORT),
            Self::Software => falling(input, of_offices(SOFTWARE), 1, 0),
            Self::Licence => {
                let after = falling(input, of_offices(LICENCE), 1, 0).after;
                Change { before: after.minus(after), after }
            }
        }
    }
}

/// Yen of labour, as many times as `staff`.
pub(super) fn labour(input: SavingsInput, staff: u32) -> Change {
    falling(input, LABOUR * i128::from(staff) * i128::from(input.users), 1, WORK_SAVED_PERMIL)
}

/// Hours of an office, shared by `people`.
pub(super) fn hours(input: SavingsInput, people: u32) -> Change {
    falling(input, HOURS * i128::from(input.users), people, WORK_SAVED_PERMIL)
}

/// Something that comes to `hundredths` / 100 / partners / `people`, of which `permil` fall away for the
/// partners in the exchange.
fn falling(input: SavingsInput, hundredths: i128, people: u32, permil: i128) -> Change {
    let partners = i128::from(input.partners);
    let whole = 1000 * partners;
    let kept = whole - permil * i128::from(input.partners_online);
    let denominator = 100 * partners * i128::from(people) * whole;
    Change { before: Amount::new(hundredths * whole, denominator), after: Amount::new(hundredths * kept, denominator) }
}
