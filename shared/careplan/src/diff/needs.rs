use japan::fold;

use super::{
    change::{ChangeKind, Changes, PlanChange, quoted},
    items::{differences, of_items, whole},
    pairing::{Pairing, pair},
};
use crate::{FileKind, LongGoal, ShortGoal, Support, UserNeed, forms::shown, model::RecordView as _};

/// What has changed in 第2表. Needs, goals and supports are recognised by their text first, so that one
/// that is put in between does not make those behind it look changed.
pub(super) fn diff(old: &[UserNeed], new: &[UserNeed]) -> Vec<PlanChange> {
    let mut changes = Changes::of(FileKind::Sheet2);
    match (old.is_empty(), new.is_empty()) {
        (true, false) => changes.added("第2表"),
        (false, true) => changes.removed("第2表"),
        _ => {
            let needs = pair(old, new, &[|it| text_key(&it.text), |it| Some(it.number.clone())]);
            let name = |it: &UserNeed| format!("第2表 {}", name_of(it));
            listed(&mut changes, &needs, name, ("第2表 課題", "の"), |it| &it.number);
            for (old, new) in needs.pairs {
                need(&mut changes, old, new);
            }
        }
    }
    changes.finish()
}

/// A text to be recognised by, in any width; `None` where there is none.
fn text_key(text: &str) -> Option<String> {
    let folded = fold(text);
    (!folded.is_empty()).then_some(folded)
}

fn name_of(need: &UserNeed) -> String {
    format!("課題{}{}", need.number, quoted(&need.text))
}

/// What was added, taken out, put into another order or under other numbers. `list` is what the list is
/// called, with the word that joins it.
fn listed<T>(
    changes: &mut Changes,
    pairing: &Pairing<'_, T>,
    name: impl Fn(&T) -> String,
    list: (&str, &str),
    number: impl Fn(&T) -> &str,
) {
    for it in &pairing.removed {
        changes.removed(&name(it));
    }
    for it in &pairing.added {
        changes.added(&name(it));
    }
    let (list, joint) = list;
    if pairing.is_reordered {
        changes.push(ChangeKind::Reordered, &format!("{list}{joint}順序が変わりました"));
    } else if pairing.is_steady() && pairing.pairs.iter().any(|(old, new)| number(old) != number(new)) {
        changes.push(ChangeKind::Reordered, &format!("{list}{joint}番号が変わりました"));
    }
}

fn need(changes: &mut Changes, old: &UserNeed, new: &UserNeed) {
    changes.text(&format!("第2表 課題{}", new.number), &old.text, &new.text);
    let of_need = format!("第2表 {}の", name_of(new));
    let goals = pair(&old.long_goals, &new.long_goals, &[|it| text_key(&it.text), |it| Some(it.number.clone())]);
    let name = |it: &LongGoal| format!("{of_need}長期目標{}", quoted(&it.text));
    listed(changes, &goals, name, (&format!("{of_need}長期目標"), "の"), |it| &it.number);
    for (old, new) in goals.pairs {
        changes.text(&format!("{of_need}長期目標"), &old.text, &new.text);
        changes.text(&format!("{of_need}長期目標{}の期間", quoted(&new.text)), &old.period, &new.period);
        short_goals(changes, &of_need, old, new);
    }
}

fn short_goals(changes: &mut Changes, of_need: &str, old: &LongGoal, new: &LongGoal) {
    let goals = pair(&old.short_goals, &new.short_goals, &[|it| text_key(&it.text), |_| Some(String::new())]);
    let name = |it: &ShortGoal| format!("{of_need}短期目標{}", quoted(&it.text));
    listed(changes, &goals, name, (&format!("{of_need}短期目標"), "の"), |_| "");
    for (old, new) in goals.pairs {
        changes.text(&format!("{of_need}短期目標"), &old.text, &new.text);
        changes.text(&format!("{of_need}短期目標{}の期間", quoted(&new.text)), &old.period, &new.period);
        supports(changes, of_need, old, new);
    }
}

fn supports(changes: &mut Changes, of_need: &str, old: &ShortGoal, new: &ShortGoal) {
    let supports = pair(
        &old.supports,
        &new.supports,
        &[
            |it| Some(whole(it)),
            // Who does what: 14 サービス内容, 16 サービス種別, 17 サービス事業者コード.
            |it| text_key(it.content()).map(|content| content + &of_items(it.record(), [16, 17])),
            |it| text_key(it.content()),
            |it| Some(of_items(it.record(), [16, 17])).filter(|_| !it.office().is_empty()),
            |it| Some(it.number().to_owned()),
        ],
    );
    let name = |it: &Support| format!("{of_need}サービス内容{}", with_provider(it));
    listed(changes, &supports, name, (&format!("{of_need}サービス内容"), "の"), Support::number);
    for (old, new) in supports.pairs {
        let differences = differences(old, new, &[13], None);
        if !differences.is_empty() {
            let of_support = if old.content() == new.content() {
                format!("{of_need}サービス内容{}の", with_provider(new))
            } else {
                of_need.to_owned()
            };
            changes.push(ChangeKind::Changed, &format!("{of_support}{}変わりました", differences.join("、")));
        }
    }
}

/// What is done and by whom: `「体操」（通所介護・試験デイサービス）`.
fn with_provider(support: &Support) -> String {
    let provider = shown::joined(&[support.service(), support.office_name()], "・");
    let content = quoted(support.content());
    if provider.is_empty() { content } else { format!("{content}（{provider}）") }
}
