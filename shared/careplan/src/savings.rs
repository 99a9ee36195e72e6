//! What the exchange saves a year, as the national 「かんたんシミュレーションツール」 estimates it (its
//! formula was found from the two filled sheets that are public).
//!
//! **Invariant:** nothing is rounded before it is shown; all arithmetic is in whole numbers.

mod amount;
mod cost;
#[cfg(test)]
mod tests;

pub use amount::{Amount, Change};
pub use cost::Cost;

/// The most that any count may be. The products then stay far below the widest integers.
const MAX_COUNT: u32 = 1_000_000;

/// Of a thousand parts of the work, those that fall away for what goes through the exchange.
const WORK_SAVED_PERMIL: i128 = 656;
/// Of a thousand parts of what is printed, faxed, posted and carried.
const PAPER_SAVED_PERMIL: i128 = 1000;

/// What the tool asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavingsInput {
    /// How many people of an office make and share the tables.
    pub staff: u32,
    /// How many office numbers there are.
    pub offices: u32,
    /// How many offices the tables are shared with.
    pub partners: u32,
    /// How many of `partners` take part in the exchange.
    pub partners_online: u32,
    /// How many users all `offices` have together.
    pub users: u32,
}

/// When there is nothing to estimate from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SavingsError {
    /// No partners.
    #[error("取引事業所数が0です。提供票を共有している事業所の数（1以上）を入れてください。")]
    NoPartners,
    /// More partners in the exchange than there are partners.
    #[error("対象事業所数が取引事業所数を超えています。取引事業所のうち、データ連携を使う事業所の数を入れてください。")]
    MoreOnlineThanPartners,
    /// No staff.
    #[error("職員数が0です。提供票の作成・共有をする職員の数（1以上）を入れてください。")]
    NoStaff,
    /// No offices.
    #[error("事業所数が0です。事業所番号の数（1以上）を入れてください。")]
    NoOffices,
    /// A count above a million.
    #[error("{what}が大きすぎます。1,000,000までの数を入れてください。")]
    TooLarge {
        /// Which.
        what: &'static str,
    },
}

/// An estimate, a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savings {
    /// Yen, in the order of the tool's sheet.
    pub costs: [(Cost, Change); 7],
    /// Yen: the sum of `costs`.
    pub total: Change,
    /// Hours of work in an office.
    pub hours_per_office: Change,
    /// Hours of work of one of the `staff`.
    pub hours_per_person: Change,
    /// Yen: labour without the factor `staff`. The tool multiplies the hours of the whole office by its
    /// staff once more, so that its labour is too high by that factor.
    pub labour_once: Change,
    /// Yen: `total` with `labour_once` in the place of labour.
    pub total_with_labour_once: Change,
}

/// Estimates what the exchange saves.
///
/// # Errors
///
/// [`SavingsError`] when a count is missing, too large or does not fit the others.
pub fn savings(input: SavingsInput) -> Result<Savings, SavingsError> {
    check(input)?;
    let labour = cost::labour(input, input.staff);
    let labour_once = cost::labour(input, 1);
    let costs = Cost::ALL.map(|it| (it, it.change(input)));
    let [(_, first), others @ ..] = &costs;
    let total = others.iter().fold(*first, |sum, (_, it)| sum.plus(*it));
    Ok(Savings {
        costs,
        total,
        hours_per_office: cost::hours(input, 1),
        hours_per_person: cost::hours(input, input.staff),
        labour_once,
        total_with_labour_once: total.minus(labour).plus(labour_once),
    })
}

fn check(input: SavingsInput) -> Result<(), SavingsError> {
    let counts = [
        ("職員数", input.staff),
        ("事業所数", input.offices),
        ("取引事業所数", input.partners),
        ("対象事業所数", input.partners_online),
        ("利用者人数", input.users),
    ];
    if let Some((what, _)) = counts.into_iter().find(|it| it.1 > MAX_COUNT) {
        return Err(SavingsError::TooLarge { what });
    }
    if input.staff == 0 {
        return Err(SavingsError::NoStaff);
    }
    if input.offices == 0 {
        return Err(SavingsError::NoOffices);
    }
    if input.partners == 0 {
        return Err(SavingsError::NoPartners);
    }
    if input.partners_online > input.partners {
        return Err(SavingsError::MoreOnlineThanPartners);
    }
    Ok(())
}
