use proptest::prelude::*;

use super::{
    tests::{OFFICE, OTHER_OFFICE, compared, record},
    *,
};

fn any_row() -> impl Strategy<Value = String> {
    let times = prop::sample::select(&["0900-1000", "0915-1015", "1400-1500", "9999-9999"]);
    let codes = prop::sample::select(&["111211", "114001", "151141"]);
    let offices = prop::sample::select(&[OFFICE, OTHER_OFFICE]);
    (1..6_u32, times, codes, 0..4_u32, 386..388_u32, offices)
        .prop_map(|(day, times, code, n, units, office)| format!("{day} {times} {code} x{n} u{units} @{office}"))
}

fn any_rows() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any_row(), 0..12)
}

fn texts(rows: &[String]) -> Vec<&str> {
    rows.iter().map(String::as_str).collect()
}

fn n_times(rows: &[&str]) -> u32 {
    rows.iter().map(|it| ServiceLine::of(&record(it)).unwrap().n_times).sum()
}

fn sum(reconciliation: &Reconciliation, count: impl Fn(OutcomeCounts) -> u32) -> u32 {
    reconciliation.users.iter().flat_map(|it| &it.offices).map(|it| count(it.counts)).sum()
}

proptest! {
    #[test]
    fn every_time_counts_once(planned in any_rows(), done in any_rows()) {
        let (planned, done) = (texts(&planned), texts(&done));
        let compared = compared(&planned, &done);
        let both = sum(&compared, |it| it.done + it.moved + it.other_time);
        prop_assert_eq!(both + sum(&compared, |it| it.missed + it.not_reported), n_times(&planned));
        prop_assert_eq!(both + sum(&compared, |it| it.extra), n_times(&done));
        let found: u32 = compared.users.iter().flat_map(|it| &it.findings).map(|it| it.n_times).sum();
        prop_assert_eq!(found + sum(&compared, |it| it.done), both + sum(&compared, |it| it.missed + it.not_reported + it.extra));
    }

    #[test]
    fn a_plan_that_was_kept_is_all_done(rows in any_rows()) {
        let rows = texts(&rows);
        let compared = compared(&rows, &rows);
        prop_assert_eq!(sum(&compared, |it| it.done), n_times(&rows));
        prop_assert!(compared.users.iter().all(|it| it.findings.is_empty()));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(planned in any_rows().prop_shuffle(), done in any_rows().prop_shuffle()) {
        let compared_as = |planned: &[String], done: &[String]| compared(&texts(planned), &texts(done));
        let (mut sorted_planned, mut sorted_done) = (planned.clone(), done.clone());
        sorted_planned.sort();
        sorted_done.sort_by(|one, other| other.cmp(one));
        prop_assert_eq!(compared_as(&planned, &done), compared_as(&sorted_planned, &sorted_done));
    }
}
