use super::{Found, Member};
use crate::{FileKind, Issue, IssueCode, check::Key};

/// Tells of records without their like in the other files of the group (standard 4.1, 別紙, 関連). Kinds
/// that are compared with no other have no keys.
pub(super) fn check<'a>(group: &[Member<'a>], found: &mut Found<'a>) {
    // Sheet 3 need not speak of every user, and who lacks in a file that cannot be read whole is not known.
    let is_whole = |it: &&Member<'a>| it.name.kind != FileKind::Sheet3 && it.checked.facts.is_complete;
    let mut whole: Vec<Member<'a>> = group.iter().filter(is_whole).copied().collect();
    // A second file of one kind is an error by itself.
    whole.sort_by_key(|it| it.name.kind);
    whole.dedup_by_key(|it| it.name.kind);
    for member in group {
        for key in &member.checked.facts.keys {
            let lacking: Vec<&str> = whole
                .iter()
                .filter(|it| it.name.kind != member.name.kind && !has(it, key))
                .map(|it| it.name.kind.prefix())
                .collect();
            if !lacking.is_empty() {
                let facts = format!("{}にありません", lacking.join("、"));
                found.push(*member, Issue::of_row(key.line, IssueCode::UnitRecordMissing).with_facts(&facts));
            }
        }
    }
}

fn has(member: &Member<'_>, key: &Key) -> bool {
    let sought = (key.user, key.period);
    member.checked.facts.keys.binary_search_by(|it| (it.user, it.period).cmp(&sought)).is_ok()
}
