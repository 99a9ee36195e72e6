mod costs;
mod services;

use super::{
    change::{ChangeKind, Changes, PlanChange},
    plan::record,
};
use crate::{FileKind, MonthTable, TableHeading, forms::shown};

/// What has changed from `old` to `new`, 第6表 before 第7表. What changed alike on several days is told
/// once, with the days.
pub fn diff_tables(old: &MonthTable, new: &MonthTable) -> Vec<PlanChange> {
    let mut changes = Changes::of(FileKind::Schedule);
    changes.text("保険者番号", &old.person.insurer, &new.person.insurer);
    changes.text("被保険者番号", &old.person.insured, &new.person.insured);
    if old.month != new.month {
        let [old, new] = [old, new].map(|it| shown::month(&it.month));
        changes.push(ChangeKind::Changed, &format!("対象年月が {old} から {new} に変わりました"));
    }
    let mut changes = changes.finish();
    changes.extend(record("利用者補足情報", old.facts.as_ref(), new.facts.as_ref(), &[]));
    for kind in [FileKind::Schedule, FileKind::Actuals, FileKind::Sheet7] {
        changes.extend(headings(kind, old, new));
        changes.extend(match kind {
            FileKind::Schedule => services::diff(kind, &old.planned, &new.planned),
            FileKind::Actuals => services::diff(kind, &old.actual, &new.actual),
            _ => costs::diff(&old.costs, &new.costs),
        });
    }
    changes
}

/// Who wrote the rows and when. Where one version has no rows, that is told by its rows.
fn headings(kind: FileKind, old: &MonthTable, new: &MonthTable) -> Vec<PlanChange> {
    let of = |it: &MonthTable| it.headings.iter().filter(|it| it.kind == kind).cloned().collect::<Vec<TableHeading>>();
    let (old, new) = (of(old), of(new));
    let mut changes = Changes::of(kind);
    if old == new || old.is_empty() || new.is_empty() {
        return changes.finish();
    }
    let title = kind.title();
    let texts = |of: fn(&TableHeading) -> &str| [&old, &new].map(|it| joined(it, of));
    let [old_day, new_day] = [&old, &new].map(|it| joined(it, |it| &it.drawn_up_on));
    if old_day != new_day {
        let [old, new] = [&old, &new].map(|it| days(it));
        changes.push(ChangeKind::Changed, &format!("{title}の作成年月日が {old} から {new} に変わりました"));
    }
    let [old_office, new_office] = texts(|it| &it.planner_office);
    changes.text(&format!("{title}のプラン担当業者コード"), &old_office, &new_office);
    let [old_planner, new_planner] = texts(|it| &it.planner);
    changes.text(&format!("{title}のプラン担当者名"), &old_planner, &new_planner);
    if changes.is_empty() {
        changes.push(ChangeKind::Reordered, &format!("{title}の作成年月日と担当者の並び順が変わりました"));
    }
    changes.finish()
}

fn joined(headings: &[TableHeading], of: impl Fn(&TableHeading) -> &str) -> String {
    headings.iter().map(of).collect::<Vec<_>>().join("・")
}

fn days(headings: &[TableHeading]) -> String {
    headings.iter().map(|it| shown::day(&it.drawn_up_on)).collect::<Vec<_>>().join("・")
}
