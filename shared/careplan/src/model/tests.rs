use super::*;
use crate::{Document, FileKind, sample};

/// The needs of the first user as lines.
fn shown(needs: &[UserNeed]) -> String {
    let mut text = String::new();
    for need in needs {
        text += &format!("{} {} ({} rows)\n", need.number, need.text, need.n_rows());
        for goal in &need.long_goals {
            text += &format!("  {} {} [{}]\n", goal.number, goal.text, goal.period);
            for goal in &goal.short_goals {
                text += &format!("    {} [{}]\n", goal.text, goal.period);
                for it in &goal.supports {
                    text += &format!("      {} {} ({})\n", it.number(), it.content(), it.service());
                }
            }
        }
    }
    text
}

#[test]
fn texts_left_blank_because_they_repeat_belong_to_the_row_above() {
    let plan = &CarePlan::all(&sample::plans())[0];
    insta::assert_snapshot!(shown(&plan.needs), @"
    1 歩きたい (4 rows)
      1 長期１ [aaaa]
        短期１ [bbbb]
          1 体操 (通所介護)
          2 見守り (家政婦)
        短期２ [eeee]
          3 手すり (福祉用具貸与)
      2 長期２ [gggg]
        短期３ [hhhh]
          1 診察 (医療)
    2 清潔を保ちたい (1 rows)
      1 長期３ [jjjj]
        短期４ [kkkk]
          1 入浴介助 (訪問介護)
    ");
}

#[test]
fn rows_come_in_the_order_of_their_numbers_whatever_their_order_in_the_file() {
    let mut documents = sample::plans();
    let expected = CarePlan::all(&documents);
    // A file that is sorted otherwise cannot leave repeated texts blank.
    let repeated = |it: &mut Document| {
        for number in [7, 9, 10, 11, 12] {
            for at in 1..it.records.len() {
                if it.records[at].text(number).is_empty() {
                    let above = it.records[at - 1].text(number).to_owned();
                    it.records[at] = it.records[at].clone().with(number, above);
                }
            }
        }
        it.records[3..5].reverse();
    };
    documents.iter_mut().filter(|it| it.kind == FileKind::Sheet2).for_each(repeated);
    assert_eq!(CarePlan::all(&documents), expected);
}

#[test]
fn rows_without_numbers_stay_in_the_order_of_the_file() {
    let documents = (0..5).fold(sample::plans(), |it, at| {
        [6, 8, 13].into_iter().fold(it, |it, number| sample::with(it, FileKind::Sheet2, at, number, ""))
    });
    let plan = &CarePlan::all(&documents)[0];
    let texts: Vec<&str> = plan.needs.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["歩きたい", "清潔を保ちたい"]);
    assert_eq!(plan.needs[0].n_rows(), 4);
}

#[test]
fn a_plan_is_put_together_by_user_and_date() {
    let plans = CarePlan::all(&sample::plans());
    assert_eq!(plans.len(), 2);
    assert_eq!(plans[0].person.insured, "3280387013");
    assert_eq!(plans[0].facts.as_ref().unwrap().name(), "髙橋　キヨ");
    assert_eq!(plans[0].cover.as_ref().unwrap().policy(), "転倒を防ぎ、外出の機会をつくる");
    assert_eq!((plans[0].week.services.len(), plans[0].week.activities.len()), (3, 1));
    assert_eq!(plans[0].week.others, ["通院"]);
    assert!(plans[1].has_needs() && !plans[1].has_week());
    assert!(plans[1].needs[0].long_goals[0].short_goals[0].supports.is_empty());

    let other_date = sample::with(sample::plans(), FileKind::Supplement, 0, 4, "20250421");
    assert_eq!(CarePlan::all(&other_date)[0].facts, None);
    let undated = sample::with(sample::plans(), FileKind::Sheet1, 0, 14, "");
    assert_eq!(CarePlan::all(&undated).len(), 2);
}

#[test]
fn a_table_is_put_together_by_user_and_month() {
    let tables = MonthTable::all(&sample::tables());
    assert_eq!(tables.len(), 1);
    let table = &tables[0];
    assert_eq!((table.planned.len(), table.actual.len(), table.costs.len()), (5, 2, 4));
    assert_eq!(table.facts.as_ref().unwrap().limit_units(), "30938");
    assert_eq!(table.headings.len(), 3);
    let kinds: Vec<CostRowKind> = table.costs.iter().map(CostRow::kind).collect();
    use CostRowKind::{Service, Subtotal, Total};
    assert_eq!(kinds, [Service, Subtotal, Service, Total]);
    assert!(CarePlan::all(&sample::tables()).is_empty());
    assert!(MonthTable::all(&sample::plans()).is_empty());
}

#[test]
fn a_plan_sent_twice_is_there_once_and_as_the_later_file_says() {
    let newer = sample::with(sample::plans(), FileKind::Sheet1, 0, 24, "歩く");
    let plans = CarePlan::all(&[sample::plans(), newer.clone()].concat());
    assert_eq!(plans, CarePlan::all(&newer));
}

#[test]
fn actuals_are_replaced_for_their_office_and_type_alone() {
    let tables = sample::tables();
    let actuals = tables.iter().find(|it| it.kind == FileKind::Actuals).unwrap();
    let corrected = Document { records: actuals.records[1..].to_vec(), ..actuals.clone() };
    let other_office = Document { records: vec![actuals.records[0].clone().with(20, "9970300019")], ..actuals.clone() };
    let documents = [actuals.clone(), other_office, corrected];
    let actual = &MonthTable::all(&documents)[0].actual;
    let shown: Vec<(&str, &str)> = actual.iter().map(|it| (it.date(), it.office())).collect();
    assert_eq!(shown, [("20250501", "9970300019"), ("20250514", "9970200011")]);
}

#[test]
fn what_software_writes_for_itself_makes_no_difference() {
    let plans = sample::with(sample::plans(), FileKind::Sheet1, 0, 27, "9970900011");
    let plans = sample::with(plans, FileKind::Sheet2, 0, 21, "9970900011");
    assert_eq!(CarePlan::all(&plans), CarePlan::all(&sample::plans()));
    let tables = sample::with(sample::tables(), FileKind::Schedule, 0, 24, "9970900011");
    assert_eq!(MonthTable::all(&tables), MonthTable::all(&sample::tables()));
}
