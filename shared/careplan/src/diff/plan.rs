use std::collections::BTreeMap;

use super::{
    change::{ChangeKind, Changes, PlanChange},
    items::differences,
    needs, week,
};
use crate::{CarePlan, FileKind, forms::shown, model::RecordView};

/// What has changed from `old` to `new`, sheet by sheet.
pub fn diff_plans(old: &CarePlan, new: &CarePlan) -> Vec<PlanChange> {
    let mut changes = dates(old, new);
    changes.extend(record("利用者補足情報", old.facts.as_ref(), new.facts.as_ref(), &[]));
    changes.extend(record("第1表", old.cover.as_ref(), new.cover.as_ref(), &[4, 14]));
    changes.extend(needs::diff(&old.needs, &new.needs));
    changes.extend(week::diff(&old.week, &new.week));
    changes
}

/// Whose plan it is and its dates; those that change alike on several sheets are told once.
fn dates(old: &CarePlan, new: &CarePlan) -> Vec<PlanChange> {
    let mut changes = Changes::of(FileKind::Sheet1);
    changes.text("保険者番号", &old.person.insurer, &new.person.insurer);
    changes.text("被保険者番号", &old.person.insured, &new.person.insured);
    day(&mut changes, "居宅サービス計画作成（変更）日", &old.planned_on, &new.planned_on);
    if let (Some(old_cover), Some(new_cover)) = (&old.cover, &new.cover) {
        let [old_day, new_day] = [old_cover, new_cover].map(|it| it.planned_on());
        if (old_day, new_day) != (&*old.planned_on, &*new.planned_on) {
            day(&mut changes, "第1表の居宅サービス計画作成（変更）日", old_day, new_day);
        }
    }
    let mut sheets: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (sheet, old, new) in drawn_up_on(old, new) {
        sheets.entry((old, new)).or_default().push(sheet);
    }
    for ((old, new), sheets) in sheets {
        day(&mut changes, &format!("第{}表の作成年月日", sheets.join("・")), old, new);
    }
    changes.finish()
}

/// 作成年月日 of the sheets that both versions have.
fn drawn_up_on<'a>(old: &'a CarePlan, new: &'a CarePlan) -> Vec<(&'static str, &'a str, &'a str)> {
    let mut dates = Vec::new();
    if let (Some(old), Some(new)) = (&old.cover, &new.cover) {
        dates.push(("1", old.drawn_up_on(), new.drawn_up_on()));
    }
    if old.has_needs() && new.has_needs() {
        dates.push(("2", &old.needs_drawn_up_on, &new.needs_drawn_up_on));
    }
    if old.week.is_empty() == new.week.is_empty() {
        dates.push(("3", &old.week_drawn_up_on, &new.week_drawn_up_on));
    }
    dates
}

/// The date `what` is another.
fn day(changes: &mut Changes, what: &str, old: &str, new: &str) {
    if old != new {
        let [old, new] =
            [old, new].map(|it| if it.is_empty() { "空欄".to_owned() } else { format!(" {} ", shown::day(it)) });
        changes.push(ChangeKind::Changed, &format!("{what}が{old}から{new}に変わりました"));
    }
}

/// A sentence for each item of a record that a plan has once; `told` are told elsewhere.
pub(super) fn record<V: RecordView>(title: &str, old: Option<&V>, new: Option<&V>, told: &[usize]) -> Vec<PlanChange> {
    let mut changes = Changes::of(V::KIND);
    match (old, new) {
        (Some(old), Some(new)) => {
            for difference in differences(old, new, told, None) {
                changes.push(ChangeKind::Changed, &format!("{title}の{difference}変わりました"));
            }
        }
        (None, Some(_)) => changes.added(title),
        (Some(_), None) => changes.removed(title),
        (None, None) => {}
    }
    changes.finish()
}
