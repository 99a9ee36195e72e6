use insta::assert_snapshot;

use crate::{CarePlan, Document, FileKind, MonthTable, Standard, render_document, render_plan, render_table, sample};

/// A page without its styles.
fn shown(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    format!("{head}{body}")
}

#[test]
fn a_plan_is_shown_as_its_forms() {
    assert_snapshot!(shown(&render_document(&sample::plans())));
}

#[test]
fn a_table_is_shown_as_its_forms() {
    assert_snapshot!(shown(&render_document(&sample::tables())));
}

#[test]
fn a_deletion_is_shown_by_its_items() {
    let deletion = sample::document(FileKind::ActualsDeletion, "202407,990010,3280387013,202505,9970200011,11\n");
    let page = shown(&render_document(&[deletion]));
    let (_, form) = page.split_once("<section").unwrap();
    assert_snapshot!(form);
}

#[test]
fn it_prints_on_a4_with_a_page_for_each_form() {
    let page = render_document(&sample::plans());
    for rule in ["@page { size: A4 landscape;", ".form { break-before: page;", "tr { break-inside: avoid; }"] {
        assert!(page.contains(rule), "{rule}");
    }
    assert!(page.contains("<html lang=\"ja\">") && page.contains("<meta charset=\"UTF-8\">"));
    // Two users: three forms and a supplement of the one, two and a supplement of the other.
    assert_eq!(page.matches("<section class=\"form").count(), 7);
    assert_eq!(page.matches("<article").count(), 2);
}

#[test]
fn every_table_has_a_caption_and_every_heading_says_of_what() {
    let page = render_document(&[sample::plans(), sample::tables()].concat());
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<th").count(), page.matches("<th scope=").count() + page.matches("<thead").count());
}

#[test]
fn both_versions_of_the_standard_give_the_same_forms() {
    let forms = |documents: &[Document]| {
        let plans = CarePlan::all(documents).iter().map(render_plan).collect::<String>();
        plans + &MonthTable::all(documents).iter().map(render_table).collect::<String>()
    };
    let documents = [sample::plans(), sample::tables()].concat();
    // What version 3 has no item for: 第3表, TAISコード and 用具名称.
    let in_v3: Vec<Document> = documents
        .iter()
        .filter(|it| it.kind.is_in_v3())
        .map(|it| Document {
            kind: it.kind,
            records: match it.kind {
                FileKind::Schedule => it.records.iter().map(|it| it.clone().with(16, "").with(18, "")).collect(),
                _ => it.records.clone(),
            },
        })
        .collect();
    let v3: Vec<Document> = in_v3.iter().map(|it| sample::through(it, Standard::V3)).collect();
    let v4: Vec<Document> = in_v3.iter().map(|it| sample::through(it, Standard::V4)).collect();
    assert_eq!(forms(&v3), forms(&v4));
    assert_eq!(forms(&v4), forms(&in_v3));
}

#[test]
fn a_unit_that_went_to_two_offices_is_shown_once() {
    let once = render_document(&sample::plans());
    assert_eq!(render_document(&[sample::plans(), sample::plans()].concat()), once);
}

#[test]
fn rows_outside_the_month_are_listed_below_the_calendar() {
    let page = render_document(&sample::tables());
    assert!(page.contains("予定 2025年6月1日 (R7) 9:00-10:00 訪問介護（111211） 試験訪問介護 9970200011 387単位 1回"));
}
