use super::{
    change::{ChangeKind, Changes, PlanChange},
    items::{differences, of_items, whole},
    pairing::{Pairing, pair},
};
use crate::{FileKind, Week, WeekActivity, WeekService, forms::shown, model::RecordView};

/// What has changed in 第3表.
pub(super) fn diff(old: &Week, new: &Week) -> Vec<PlanChange> {
    let mut changes = Changes::of(FileKind::Sheet3);
    match (old.is_empty(), new.is_empty()) {
        (true, false) => changes.added("第3表"),
        (false, true) => changes.removed("第3表"),
        _ => entries(&mut changes, old, new),
    }
    changes.finish()
}

fn entries(changes: &mut Changes, old: &Week, new: &Week) {
    let services = pair(
        &old.services,
        &new.services,
        // 6 介護サービス内容, 7 曜日, 8 開始時間, 9 終了時間: another time before another day.
        &[
            |it| Some(whole(it)),
            |it| Some(of_items(it.record(), [6, 7])),
            |it| Some(of_items(it.record(), [6, 8, 9])),
            |it| Some(of_items(it.record(), [7, 8, 9])),
        ],
    );
    records(changes, &services, name_of_service, [8, 9]);
    let activities = pair(
        &old.activities,
        &new.activities,
        &[|it| Some(whole(it)), |it| Some(of_items(it.record(), [10])), |it| Some(of_items(it.record(), [11, 12]))],
    );
    records(changes, &activities, name_of_activity, [11, 12]);
    let others = pair(&old.others, &new.others, &[|it| Some(it.clone())]);
    for it in &others.removed {
        changes.removed(&format!("第3表 週単位以外のサービス「{it}」"));
    }
    for it in &others.added {
        changes.added(&format!("第3表 週単位以外のサービス「{it}」"));
    }
    let is_reordered = services.is_reordered || activities.is_reordered || others.is_reordered;
    if is_reordered && changes.is_empty() {
        changes.push(ChangeKind::Reordered, "第3表の並び順が変わりました");
    }
}

fn records<V: RecordView>(
    changes: &mut Changes,
    pairing: &Pairing<'_, V>,
    name: fn(&V, &str) -> String,
    times: [usize; 2],
) {
    let [start, end] = times;
    let span = |it: &V| shown::span(it.record().text(start), it.record().text(end));
    for it in &pairing.removed {
        changes.removed(&name(it, &span(it)));
    }
    for it in &pairing.added {
        changes.added(&name(it, &span(it)));
    }
    for (old, new) in &pairing.pairs {
        let differences = differences(*old, *new, &[], Some(times));
        if !differences.is_empty() {
            let has_new_time = times.iter().any(|it| old.record().text(*it) != new.record().text(*it));
            let name = name(old, &if has_new_time { String::new() } else { span(old) });
            changes.push(ChangeKind::Changed, &format!("{name}の{}変わりました", differences.join("、")));
        }
    }
}

/// `第3表 月曜日 9:00-10:00「訪問介護」`.
fn name_of_service(it: &WeekService, span: &str) -> String {
    let weekday = match it.weekday() {
        "" => String::new(),
        code => format!("{}曜日", shown::code_of("曜日", code)),
    };
    format!("第3表 {}「{}」", shown::joined(&[&weekday, span], " "), it.content())
}

fn name_of_activity(it: &WeekActivity, span: &str) -> String {
    format!("第3表 {}「{}」", shown::joined(&["日常生活上の活動", span], " "), it.content())
}
