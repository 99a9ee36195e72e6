use crate::{
    CostRow, CostRowKind, FileKind,
    diff::{
        change::{ChangeKind, Changes, PlanChange},
        items::{differences, of_items, whole},
        pairing::pair,
    },
    forms::shown,
    model::RecordView as _,
};

/// What has changed in the rows of 第7表: one sentence a row.
pub(super) fn diff(old: &[CostRow], new: &[CostRow]) -> Vec<PlanChange> {
    let mut changes = Changes::of(FileKind::Sheet7);
    match (old.is_empty(), new.is_empty()) {
        (true, false) => changes.added("第7表"),
        (false, true) => changes.removed("第7表"),
        _ => rows(&mut changes, old, new),
    }
    changes.finish()
}

fn rows(changes: &mut Changes, old: &[CostRow], new: &[CostRow]) {
    let rows = pair(
        old,
        new,
        // 7 サービス事業所コード to 12 用具名称, 33 ３０日超区分.
        &[
            |it| Some(whole(it)),
            |it| Some(of_items(it.record(), [7, 8, 9, 10, 11, 12, 33])),
            |it| Some(of_items(it.record(), [7, 9])),
        ],
    );
    for it in &rows.removed {
        changes.removed(&name_of(it));
    }
    for it in &rows.added {
        changes.added(&name_of(it));
    }
    for (old, new) in &rows.pairs {
        let differences = differences(*old, *new, &[], None);
        if !differences.is_empty() {
            changes.push(ChangeKind::Changed, &format!("{}の{}変わりました", name_of(old), differences.join("、")));
        }
    }
    if rows.is_reordered && changes.is_empty() {
        changes.push(ChangeKind::Reordered, "第7表の並び順が変わりました");
    }
}

fn name_of(row: &CostRow) -> String {
    let service = shown::joined(&[&shown::service(row.service_type().as_ref(), row.code()), row.office_name()], "・");
    match row.kind() {
        CostRowKind::Service => format!("第7表 {service}"),
        CostRowKind::Total => "第7表 合計".to_owned(),
        _ => format!("第7表 小計 {service}"),
    }
}
