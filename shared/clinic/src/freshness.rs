use std::collections::{BTreeMap, BTreeSet};

use japan::Month;
use jiff::civil::Date;
use receipt::Payer;
use serde::Serialize;

/// How far the files of a clinic reach (design: Freshness). Every list, message and report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Until when every payer's claims are in; `None` without files.
    pub data_through: Option<Date>,
    /// The same for each payer.
    pub by_payer: BTreeMap<Payer, Date>,
    /// 請求年月 of the last 12 in which a payer that the clinic claims from has no file.
    pub missing: Vec<(Payer, Month)>,
}

impl Freshness {
    /// From the payers and 請求年月 of the current files, on `as_of`.
    ///
    /// A payer's claims are in until the last day of the month before its newest 請求年月; the
    /// clinic's until the earlier of the payers seen in the last three months. Files that hold
    /// nothing but months after `as_of` take no part.
    pub fn of(claims: impl IntoIterator<Item = (Payer, Month)>, as_of: Date) -> Self {
        let this_month = Month::of(as_of);
        let claims: BTreeSet<(Payer, Month)> =
            claims.into_iter().filter(|(_, claim_month)| *claim_month <= this_month.plus(1)).collect();
        let newest: BTreeMap<Payer, Month> = claims.iter().copied().collect();
        let recent_from = this_month.plus(-2);
        // With nothing recent the newest files there are must do, by the same measure.
        let recent_from = match newest.values().max() {
            Some(newest) if *newest < recent_from => newest.plus(-2),
            _ => recent_from,
        };
        let recent: BTreeMap<Payer, Month> =
            newest.iter().filter(|it| *it.1 >= recent_from).map(|(payer, month)| (*payer, *month)).collect();
        let through = |claim_month: Month| claim_month.plus(-1).last_day();
        let mut missing = Vec::new();
        for (payer, newest) in &recent {
            let first = claims.iter().find(|it| it.0 == *payer).map_or(*newest, |it| it.1);
            missing.extend(
                (0..12)
                    .map(|it| this_month.plus(it - 11))
                    .filter(|month| (first..*newest).contains(month) && !claims.contains(&(*payer, *month)))
                    .map(|month| (*payer, month)),
            );
        }
        Self {
            data_through: recent.values().min().map(|it| through(*it)),
            by_payer: newest.into_iter().map(|(payer, month)| (payer, through(month))).collect(),
            missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claims: &[(Payer, &str)], as_of: &str, expected: &str) {
        let claims = claims.iter().map(|(payer, month)| (*payer, month.parse().unwrap()));
        let freshness = Freshness::of(claims, as_of.parse().unwrap());
        let through = freshness.data_through.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let missing: Vec<String> = freshness.missing.iter().map(|(payer, month)| format!("{payer} {month}")).collect();
        assert_eq!(format!("{through} {}", missing.join(", ")).trim_end(), expected);
    }

    #[test]
    fn the_earlier_of_the_payers_seen_lately_counts() {
        use Payer::{Kokuho, Shaho};
        check(&[], "2026-11-23", "-");
        check(&[(Shaho, "2026-11"), (Kokuho, "2026-11")], "2026-11-23", "2026-10-31");
        check(&[(Shaho, "2026-11"), (Kokuho, "2026-10")], "2026-11-23", "2026-09-30");
        check(&[(Shaho, "2026-11"), (Kokuho, "2026-08")], "2026-11-23", "2026-10-31");
        check(&[(Shaho, "2024-07"), (Kokuho, "2024-07")], "2026-11-23", "2024-06-30");
        check(&[(Shaho, "2024-07")], "2024-06-30", "2024-06-30");
        check(&[(Shaho, "2024-07"), (Shaho, "2024-08")], "2024-06-30", "2024-06-30");
    }

    #[test]
    fn a_missing_month_is_named() {
        use Payer::Shaho;
        check(&[(Shaho, "2026-11"), (Shaho, "2026-09"), (Shaho, "2026-08")], "2026-11-23", "2026-10-31 shaho 2026-10");
        check(
            &[(Shaho, "2026-11"), (Shaho, "2025-10")],
            "2026-11-23",
            "2026-10-31 shaho 2025-12, shaho 2026-01, shaho 2026-02, shaho 2026-03, shaho 2026-04, shaho 2026-05, shaho 2026-06, shaho 2026-07, shaho 2026-08, shaho 2026-09, shaho 2026-10",
        );
    }
}
