//! Which receipts count when several files speak of the same treatment.

use insta::assert_snapshot;

use crate::test_clinic::{Clinic, TestReceipt, clinic, kokuho, receipt, shaho};

/// The receipts that count, a line each: month of treatment, place and what of them counts; below them
/// the findings.
fn shown(clinic: &Clinic) -> String {
    clinic.folded("2024-12-31", |folded| {
        let mut shown = Vec::new();
        for patient in &folded.patients {
            for source in &patient.sources {
                let (receipt, file) = (folded.receipt(*source), folded.file(*source));
                let kinds = match (source.counts, source.drugs) {
                    (true, true) => "all",
                    (true, false) => "all but drugs",
                    (false, true) => "drugs",
                    (false, false) => "nothing",
                };
                shown.push(format!("{} {}:{} {kinds}", receipt.month(), file.file, receipt.line));
            }
        }
        let findings = folded
            .findings
            .iter()
            .map(|it| format!("{:?} {}:{}", it.code, it.file.as_deref().unwrap_or("-"), it.line.unwrap_or_default()));
        shown.into_iter().chain(findings).collect::<Vec<String>>().join("\n")
    })
}

fn june() -> TestReceipt {
    receipt("2024-06").chart("5")
}

#[test]
fn the_same_receipt_in_a_later_claim_month_wins_whatever_was_uploaded_first() {
    let files = || [shaho("2024-07", [june().visit(3)]), shaho("2024-09", [june().visit(4)])];
    let [first, second] = files();
    assert_snapshot!(shown(&clinic(files())), @"2024-06 2024-09-shaho.UKE:2 all");
    assert_snapshot!(shown(&clinic([first.upload(9), second.upload(2)])), @"2024-06 2024-09-shaho.UKE:2 all");
}

#[test]
fn a_receipt_of_another_payer_month_type_or_insurer_is_another_receipt() {
    let others = [june().receipt_type("1118").visit(4), june().insurer("06132013").visit(5)];
    let files = [
        shaho("2024-07", [june().visit(3)]),
        shaho("2024-09", others),
        kokuho("2024-09", [june().visit(6)]),
        shaho("2024-10", [receipt("2024-05").chart("5").visit(7)]),
    ];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 2024-09-kokuho.UKE:2 all
    2024-06 2024-09-shaho.UKE:5 all
    2024-06 2024-09-shaho.UKE:2 all
    2024-06 2024-07-shaho.UKE:2 all
    2024-05 2024-10-shaho.UKE:2 all
    ");
}

#[test]
fn a_late_claim_belongs_to_its_own_month_of_treatment() {
    let files = [shaho("2024-07", [june().visit(3)]), shaho("2024-12", [receipt("2024-03").chart("5").visit(9)])];
    assert_snapshot!(clinic(files).patients("2024-06-30"), @"#5 検証　一郎 1970-04-01 社保 2024-03-09 2024-06-03");
}

#[test]
fn the_same_search_number_in_a_later_claim_month_wins_even_when_all_else_differs() {
    let again = receipt("2024-05").chart("5").receipt_type("1118").insurer("06132013").search_number("77").visit(9);
    let files = [shaho("2024-09", [june().search_number("77").visit(3)]), kokuho("2024-10", [again])];
    assert_snapshot!(shown(&clinic(files)), @"2024-05 2024-10-kokuho.UKE:2 all");
}

#[test]
fn the_same_search_number_wins_over_a_claim_for_another_patient() {
    let wrong = june().chart("6").name("検証　花子").kana("ケンショウハナコ").born("19820203").search_number("77");
    let files = [shaho("2024-09", [wrong]), shaho("2024-10", [june().search_number("77").visit(3)])];
    assert_snapshot!(clinic(files).patients("2024-12-31"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03");
}

#[test]
fn a_claim_that_was_itself_superseded_does_not_bring_back_the_one_before_it() {
    let files = [
        shaho("2024-07", [june().visit(3)]),
        shaho("2024-09", [june().insurer("06132013").search_number("77").visit(3)]),
        shaho("2024-10", [receipt("2024-05").chart("5").search_number("77").visit(9)]),
    ];
    assert_snapshot!(shown(&clinic(files)), @"2024-05 2024-10-shaho.UKE:2 all");
}

#[test]
fn another_search_number_or_none_does_not_win() {
    let files = [
        shaho("2024-09", [june().search_number("77").visit(3)]),
        kokuho("2024-10", [june().search_number("78").visit(4)]),
        kokuho("2024-11", [june().insurer("06132013").visit(3)]),
    ];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 2024-10-kokuho.UKE:2 all
    2024-06 2024-11-kokuho.UKE:2 all
    2024-06 2024-09-shaho.UKE:2 all
    ");
}

#[test]
fn a_claim_made_again_wins_over_one_of_the_same_month_and_type_with_a_day_in_common() {
    let again = || june().insurer("138057").search_number("77");
    let with_day_in_common =
        [shaho("2024-07", [june().visit(3).visit(4)]), kokuho("2024-09", [again().visit(4).visit(5)])];
    assert_snapshot!(shown(&clinic(with_day_in_common)), @"2024-06 2024-09-kokuho.UKE:2 all");
    let without = [shaho("2024-07", [june().visit(3).visit(4)]), kokuho("2024-09", [again().visit(5)])];
    assert_snapshot!(shown(&clinic(without)), @"
    2024-06 2024-09-kokuho.UKE:2 all
    2024-06 2024-07-shaho.UKE:2 all
    ");
    let of_another_type =
        [shaho("2024-07", [june().visit(4)]), kokuho("2024-09", [again().receipt_type("1118").visit(4)])];
    assert_snapshot!(shown(&clinic(of_another_type)), @"
    2024-06 2024-09-kokuho.UKE:2 all
    2024-06 2024-07-shaho.UKE:2 all
    ");
}

#[test]
fn a_claim_made_again_does_not_win_over_a_later_one() {
    let files = [kokuho("2024-07", [june().search_number("77").visit(4)]), shaho("2024-09", [june().visit(4)])];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 2024-07-kokuho.UKE:2 all
    2024-06 2024-09-shaho.UKE:2 all
    ");
}

#[test]
fn a_receipt_of_both_kinds_gives_its_drugs_from_inspection_and_all_else_from_submission() {
    let files = [
        shaho("2024-07", [june().visit(3)]),
        shaho("2024-07", [june().visit(4)]).inspection(),
        shaho("2024-08", [receipt("2024-07").chart("5").visit(3)]).inspection(),
    ];
    assert_snapshot!(shown(&clinic(files.clone())), @"
    2024-07 2024-08-shaho-tenken.UKE:2 all
    2024-06 2024-07-shaho-tenken.UKE:2 drugs
    2024-06 2024-07-shaho.UKE:2 all but drugs
    ");
    assert_snapshot!(clinic(files).patients("2024-12-31"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-07-03");
}

#[test]
fn a_claim_of_one_kind_never_wins_over_one_of_the_other() {
    let files =
        [shaho("2024-07", [june().visit(3)]).inspection(), shaho("2024-09", [june().search_number("77").visit(3)])];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 2024-09-shaho.UKE:2 all but drugs
    2024-06 2024-07-shaho-tenken.UKE:2 drugs
    ");
}

#[test]
fn a_later_inspection_claim_wins_inside_its_kind() {
    let files = [
        shaho("2024-07", [june().visit(3)]).inspection(),
        shaho("2024-08", [june().visit(3)]).inspection(),
        shaho("2024-07", [june().visit(3)]),
    ];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 2024-08-shaho-tenken.UKE:2 drugs
    2024-06 2024-07-shaho.UKE:2 all but drugs
    ");
}

#[test]
fn the_same_receipt_in_two_files_of_one_claim_month_is_to_be_looked_at() {
    let files = [shaho("2024-07", [june().visit(3)]), shaho("2024-07", [june().visit(4)]).named("again.UKE").volume(2)];
    assert_snapshot!(shown(&clinic(files)), @"
    2024-06 again.UKE:2 all
    2024-06 2024-07-shaho.UKE:2 all
    CountedTwice again.UKE:2
    ");
}

#[test]
fn a_receipt_counted_twice_is_found_among_others_of_its_month() {
    let files = [
        shaho("2024-07", [june().visit(3)]),
        shaho("2024-07", [june().insurer("06132013").visit(9), june().visit(4)]).named("again.UKE").volume(2),
    ];
    assert!(shown(&clinic(files)).ends_with("CountedTwice again.UKE:5"));
}

#[test]
fn a_receipt_counted_twice_is_named_once_for_each_file_too_many() {
    let files = (1..=3).map(|it| shaho("2024-07", [june().visit(3)]).named(&format!("{it}.UKE")).volume(it));
    let shown = shown(&clinic(files));
    assert_eq!(shown.lines().skip(3).collect::<Vec<&str>>(), ["CountedTwice 2.UKE:2", "CountedTwice 3.UKE:2"]);
}

#[test]
fn receipts_after_the_day_asked_for_win_over_nothing() {
    let again = receipt("2024-09").chart("5").search_number("77").visit(9);
    let clinic = clinic([shaho("2024-07", [june().search_number("77").visit(3)]), shaho("2024-10", [again])]);
    assert_snapshot!(clinic.patients("2024-08-31"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03");
    assert_snapshot!(clinic.patients("2024-09-30"), @"#5 検証　一郎 1970-04-01 社保 2024-09-09");
}
