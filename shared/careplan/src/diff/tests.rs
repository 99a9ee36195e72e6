use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{CarePlan, Document, FileKind, MonthTable, Record, Standard, layout, sample};

fn sentences(changes: &[PlanChange]) -> String {
    let line = |it: &PlanChange| format!("{} {:?}: {}", it.sheet.prefix(), it.kind, it.sentence);
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The changes of the first user from the sample to `new`.
#[track_caller]
fn changes(old: &[Document], new: &[Document]) -> String {
    let users = diff_documents(old, new);
    assert!(users[1..].iter().all(|it| it.changes.is_empty()), "{users:?}");
    let (back, there) = (diff_documents(new, old), &users[0].changes);
    assert_eq!(back[0].changes.len(), there.len(), "as many changes back");
    sentences(there)
}

fn plan_with(kind: FileKind, at: usize, values: &[(usize, &str)]) -> Vec<Document> {
    values.iter().fold(sample::plans(), |it, (number, value)| sample::with(it, kind, at, *number, value))
}

fn table_with(kind: FileKind, at: usize, values: &[(usize, &str)]) -> Vec<Document> {
    values.iter().fold(sample::tables(), |it, (number, value)| sample::with(it, kind, at, *number, value))
}

/// `documents` with the records of `kind` edited.
fn edited(mut documents: Vec<Document>, kind: FileKind, edit: impl Fn(&mut Vec<Record>)) -> Vec<Document> {
    documents.iter_mut().filter(|it| it.kind == kind).for_each(|it| edit(&mut it.records));
    documents
}

#[track_caller]
fn check_plan(new: &[Document], expected: &str) {
    assert_eq!(changes(&sample::plans(), new), expected);
}

#[track_caller]
fn check_table(new: &[Document], expected: &str) {
    assert_eq!(changes(&sample::tables(), new), expected);
}

#[test]
fn the_same_files_have_no_differences() {
    check_plan(&sample::plans(), "");
    check_table(&sample::tables(), "");
    let both: Vec<Document> = [sample::plans(), sample::tables()].concat();
    let users = diff_documents(&both, &both);
    assert_eq!(users.len(), 2);
    assert_eq!(users[0].name, "髙橋　キヨ");
    assert!(users.iter().all(|it| it.changes.is_empty()));
}

#[test]
fn what_the_cover_says_is_told_item_by_item() {
    let new = plan_with(FileKind::Sheet1, 0, &[(21, "25"), (22, ""), (24, "転倒を防ぐ\r\n外に出る"), (20, "20270331")]);
    assert_snapshot!(changes(&sample::plans(), &new), @r#"
    UP1KYO Changed: 第1表の認定有効期間終了日が 2026年3月31日 (R8) から 2027年3月31日 (R9) に変わりました
    UP1KYO Changed: 第1表の要介護状態区分が 要介護４ から 要介護５ に変わりました
    UP1KYO Changed: 第1表の利用者及び家族の生活に対する意向を踏まえた課題分析の結果が「自宅で暮らし続けたい。↵「散歩」を、週に"2回"したい」から空欄に変わりました
    UP1KYO Changed: 第1表の総合的な援助の方針が「転倒を防ぎ、外出の機会をつくる」から「転倒を防ぐ↵外に出る」に変わりました
    "#);
}

#[test]
fn a_new_date_on_all_sheets_is_told_once() {
    let mut new = sample::plans();
    for (kind, numbers) in [
        (FileKind::Supplement, vec![4]),
        (FileKind::Sheet1, vec![4, 14]),
        (FileKind::Sheet2, vec![4, 5]),
        (FileKind::Sheet3, vec![4, 5]),
    ] {
        new = edited(new, kind, |records| {
            for record in records.iter_mut().filter(|it| it.text(3) == "3280387013") {
                *record = numbers.iter().fold(record.clone(), |it, number| it.with(*number, "20250601"));
            }
        });
    }
    assert_snapshot!(changes(&sample::plans(), &new), @"
    UP1KYO Changed: 居宅サービス計画作成（変更）日が 2025年4月20日 (R7) から 2025年6月1日 (R7) に変わりました
    UP1KYO Changed: 第1・2・3表の作成年月日が 2025年4月20日 (R7) から 2025年6月1日 (R7) に変わりました
    ");
}

#[test]
fn a_need_put_in_before_others_does_not_change_them() {
    let new = edited(sample::plans(), FileKind::Sheet2, |records| {
        for record in &mut records[..5] {
            *record = record.clone().with(6, (record.text(6).parse::<u32>().unwrap() + 1).to_string());
        }
        let need = records[0].clone().with(6, "1").with(7, "よく眠りたい").with(14, "環境を整える");
        records.insert(0, need);
    });
    check_plan(&new, "UP2KYO Added: 第2表 課題1「よく眠りたい」が加わりました");
}

#[test]
fn goals_and_supports_are_told_with_their_need() {
    let new =
        plan_with(FileKind::Sheet2, 0, &[(9, "長く歩く"), (11, "2026年まで"), (10, "家の中を歩く"), (19, "週３回")]);
    let new = sample::with(new, FileKind::Sheet2, 4, 14, "入浴の介助");
    let new = edited(new, FileKind::Sheet2, |records| {
        records.remove(3);
        records.push(records[3].clone().with(13, "2").with(14, "洗髪").with(16, "訪問介護"));
    });
    assert_snapshot!(changes(&sample::plans(), &new), @"
    UP2KYO Removed: 第2表 課題1「歩きたい」の長期目標「長期２」がなくなりました
    UP2KYO Changed: 第2表 課題1「歩きたい」の長期目標が「長期１」から「長く歩く」に変わりました
    UP2KYO Changed: 第2表 課題1「歩きたい」の長期目標「長く歩く」の期間が「aaaa」から「2026年まで」に変わりました
    UP2KYO Changed: 第2表 課題1「歩きたい」の短期目標が「短期１」から「家の中を歩く」に変わりました
    UP2KYO Changed: 第2表 課題1「歩きたい」のサービス内容「体操」（通所介護・試験デイサービス）の頻度が「週２回」から「週３回」に変わりました
    UP2KYO Added: 第2表 課題2「清潔を保ちたい」のサービス内容「洗髪」（訪問介護・試験訪問介護）が加わりました
    UP2KYO Changed: 第2表 課題2「清潔を保ちたい」のサービス内容が「入浴介助」から「入浴の介助」に変わりました
    ");
}

#[test]
fn a_need_in_other_words_is_told_by_its_number_and_in_other_widths_is_the_same_need() {
    check_plan(
        &plan_with(FileKind::Sheet2, 4, &[(7, "毎日入浴したい")]),
        "UP2KYO Changed: 第2表 課題2が「清潔を保ちたい」から「毎日入浴したい」に変わりました",
    );
    check_plan(
        &plan_with(FileKind::Sheet2, 4, &[(6, "7"), (7, "清潔を 保ちたい")]),
        "UP2KYO Removed: 第2表 課題2「清潔を保ちたい」がなくなりました
UP2KYO Added: 第2表 課題7「清潔を 保ちたい」が加わりました",
    );
    check_plan(&plan_with(FileKind::Sheet2, 4, &[(6, "7")]), "UP2KYO Reordered: 第2表 課題の番号が変わりました");
}

#[test]
fn another_order_alone_is_one_sentence() {
    let needs = edited(sample::plans(), FileKind::Sheet2, |records| {
        for record in &mut records[..5] {
            *record = record.clone().with(6, if record.text(6) == "1" { "2" } else { "1" });
        }
    });
    check_plan(&needs, "UP2KYO Reordered: 第2表 課題の順序が変わりました");
    let week = edited(sample::plans(), FileKind::Sheet3, |records| records.swap(0, 3));
    check_plan(&week, "UP3KYO Reordered: 第3表の並び順が変わりました");
    let rows = edited(sample::tables(), FileKind::Schedule, |records| records.swap(0, 2));
    check_table(&rows, "UPPLAN Reordered: サービス利用票（第6表）予定の並び順が変わりました");
    let costs = edited(sample::tables(), FileKind::Sheet7, |records| records.swap(0, 2));
    check_table(&costs, "UPSIKYU Reordered: 第7表の並び順が変わりました");
}

#[test]
fn the_week_is_told_by_day_and_time() {
    let new = plan_with(FileKind::Sheet3, 0, &[(8, "0930"), (9, "1200")]);
    let new = sample::with(new, FileKind::Sheet3, 3, 7, "6");
    let new = edited(new, FileKind::Sheet3, |records| {
        records.remove(2);
        records.push(records[0].clone().with(6, "通所介護").with(7, "3"));
        records.push(records[1].clone().with(10, "昼寝").with(11, "1300").with(12, "1400"));
    });
    assert_snapshot!(changes(&sample::plans(), &new), @"
    UP3KYO Added: 第3表 水曜日 9:30-12:00「通所介護」が加わりました
    UP3KYO Changed: 第3表 月曜日「訪問介護」の時間が 9:00-11:30 から 9:30-12:00 に変わりました
    UP3KYO Changed: 第3表 日曜日 23:00-5:00「夜間対応」の曜日が 日 から 土 に変わりました
    UP3KYO Added: 第3表 日常生活上の活動 13:00-14:00「昼寝」が加わりました
    UP3KYO Removed: 第3表 週単位以外のサービス「通院」がなくなりました
    ");
}

#[test]
fn a_month_is_told_by_its_days() {
    check_table(
        &table_with(FileKind::Schedule, 0, &[(12, "0915"), (13, "1015")]),
        "UPPLAN Changed: 5月1日の訪問介護（111211）・試験訪問介護の時間が 9:00-10:00 から 9:15-10:15 に変わりました",
    );
    check_table(
        &edited(sample::tables(), FileKind::Schedule, |records| drop(records.drain(..2))),
        "UPPLAN Removed: 5月1日・14日 9:00-10:00 訪問介護（111211）・試験訪問介護がなくなりました",
    );
    let dearer = edited(sample::tables(), FileKind::Schedule, |records| {
        records.iter_mut().filter(|it| it.text(8) == "387").for_each(|it| *it = it.clone().with(8, "1390"));
    });
    check_table(
        &dearer,
        "UPPLAN Changed: 5月1日・14日・6月1日 9:00-10:00 訪問介護（111211）・試験訪問介護の単位数が 387 から 1,390 に変わりました",
    );
    check_table(
        &table_with(FileKind::Actuals, 1, &[(10, "20250515")]),
        "UPJSK Removed: 実績 5月14日 9:00-10:00 訪問介護（111211）・試験訪問介護がなくなりました
UPJSK Added: 実績 5月15日 9:00-10:00 訪問介護（111211）・試験訪問介護が加わりました",
    );
}

#[test]
fn a_row_of_costs_is_one_sentence_with_all_that_differs() {
    check_table(
        &table_with(FileKind::Sheet7, 0, &[(16, "3"), (17, "1161"), (24, "11610")]),
        "UPSIKYU Changed: 第7表 訪問介護（111211）・試験訪問介護の回数／日数が 2 から 3 に、サービス単位金額が 774 から 1,161 に、費用総額保険／事業対象分が 7,740 から 11,610 に変わりました",
    );
    let fewer = edited(sample::tables(), FileKind::Sheet7, |records| drop(records.remove(1)));
    check_table(&fewer, "UPSIKYU Removed: 第7表 小計 訪問介護（11AAAA）・試験訪問介護がなくなりました");
}

#[test]
fn a_new_day_of_drawing_up_and_another_planner_are_told_once_for_all_rows() {
    let new = edited(sample::tables(), FileKind::Schedule, |records| {
        records.iter_mut().for_each(|it| *it = it.clone().with(4, "20250428").with(7, "計画　二郎"));
    });
    check_table(
        &new,
        "UPPLAN Changed: サービス利用票（第6表）予定の作成年月日が 2025年4月25日 (R7) から 2025年4月28日 (R7) に変わりました
UPPLAN Changed: サービス利用票（第6表）予定のプラン担当者名が「計画　一郎」から「計画　二郎」に変わりました",
    );
}

#[test]
fn plans_and_tables_that_one_side_lacks_are_told_whole() {
    let (plans, tables) = (sample::plans(), sample::tables());
    assert_snapshot!(sentences(&diff_documents(&plans, &tables)[0].changes), @"
    UP1KYO Removed: 2025年4月20日 (R7) の居宅サービス計画がなくなりました
    UPPLAN Added: 2025年5月 (R7) のサービス利用票が加わりました
    ");
    let next_month = edited(tables.clone(), FileKind::Schedule, |records| {
        records.iter_mut().for_each(|it| *it = it.clone().with(5, "202506"));
    });
    let next_month: Vec<Document> = next_month.into_iter().filter(|it| it.kind == FileKind::Schedule).collect();
    assert_snapshot!(sentences(&diff_documents(&tables, &next_month)[0].changes), @"
    UPPLAN Removed: 2025年5月 (R7) のサービス利用票がなくなりました
    UPPLAN Added: 2025年6月 (R7) のサービス利用票が加わりました
    ");
    let without_sheets: Vec<Document> = plans[..2].to_vec();
    assert_snapshot!(sentences(&diff_documents(&plans, &without_sheets)[0].changes), @"
    UP2KYO Removed: 第2表がなくなりました
    UP3KYO Removed: 第3表がなくなりました
    ");
}

/// Records of a few kinds and users that often say the same.
fn any_documents() -> impl Strategy<Value = Vec<Document>> {
    use FileKind::{Actuals, Schedule, Sheet1, Sheet2, Sheet3, Sheet7, Supplement};
    let document = |kind: FileKind| {
        let n_items = layout(kind, Standard::V4).unwrap().items.len();
        let value = prop_oneof![4 => Just(String::new()), 3 => "[12]", 1 => "[ａaアｱ]", 1 => "9999|202505|0900"];
        let record = proptest::collection::vec(value, n_items - 3).prop_map(move |values| {
            values.into_iter().zip(4..).fold(Record::blank(kind), |it, (value, number)| it.with(number, value))
        });
        // All of one plan and one month.
        let of_one = move |it: Record| match kind {
            Sheet1 => it.with(14, "1"),
            Supplement => it.with(4, "1").with(63, "1"),
            _ => it.with(5, "1"),
        };
        proptest::collection::vec(record.prop_map(of_one), 0..5).prop_map(move |records| Document { kind, records })
    };
    [Supplement, Sheet1, Sheet2, Sheet3, Schedule, Actuals, Sheet7].map(document).prop_map(Vec::from)
}

/// Two sets that differ in one value or not at all.
fn alike() -> impl Strategy<Value = (Vec<Document>, Vec<Document>)> {
    (any_documents(), 0..7_usize, 0..5_usize, 4..64_usize, "[12]?").prop_map(|(old, kind, at, number, value)| {
        let mut new = old.clone();
        if let Some(record) = new[kind].records.get_mut(at) {
            *record = record.clone().with(number, value);
        }
        (old, new)
    })
}

proptest! {
    #[test]
    fn there_are_differences_between_other_plans_and_tables_and_none_between_equal_ones(
        (old, new) in prop_oneof![alike(), (any_documents(), any_documents())],
    ) {
        for (old, new) in CarePlan::all(&old).iter().zip(&CarePlan::all(&new)) {
            prop_assert_eq!(diff_plans(old, old), []);
            prop_assert_eq!(diff_plans(old, new).is_empty(), old == new, "{:?}\n{:?}", old, new);
        }
        for (old, new) in MonthTable::all(&old).iter().zip(&MonthTable::all(&new)) {
            prop_assert_eq!(diff_tables(old, old), []);
            prop_assert_eq!(diff_tables(old, new).is_empty(), old == new, "{:?}\n{:?}", old, new);
        }
    }
}
