use super::{Direction, Found, Member};
use crate::{FileKind, FileName, Issue, IssueCode, NameMonth, ServiceType, Standard};

/// The files of a unit that belong together: an office may send for several service types at once, and
/// each month's table is a file of its own.
pub(super) fn groups<'a>(members: &[Member<'a>]) -> Vec<Vec<Member<'a>>> {
    let mut members = members.to_vec();
    members.sort_by(|one, other| group(one.name).cmp(&group(other.name)));
    members.chunk_by(|one, other| group(one.name) == group(other.name)).map(<[_]>::to_vec).collect()
}

type Group<'a> = (&'a Option<ServiceType>, &'a Option<ServiceType>, Option<NameMonth>);

fn group(name: &FileName) -> Group<'_> {
    let month = name.month.filter(|it| matches!(it, NameMonth::Of(_)));
    (&name.sender_type, &name.receiver_type, month)
}

/// What must be there (standard 4.1 §2.2 and §2.4).
fn required(direction: Direction, standard: Standard) -> &'static [FileKind] {
    match (direction, standard) {
        (Direction::Plan, Standard::V3) => &[FileKind::Sheet1, FileKind::Sheet2, FileKind::Supplement],
        (Direction::Plan, Standard::V4) => {
            &[FileKind::Sheet1, FileKind::Sheet2, FileKind::Sheet3, FileKind::Supplement]
        }
        (Direction::Schedule, _) => &[FileKind::Schedule, FileKind::Sheet7, FileKind::Supplement],
        (Direction::Actuals, _) => &[FileKind::Actuals],
        (Direction::Delete, _) => &[],
        (Direction::Prevention, _) => &[FileKind::PreventionPlan],
        (Direction::Assessment, _) => &[FileKind::BasicInformation],
    }
}

/// Tells what lacks and what is there twice. `is_one_of_many` tells which group it is about.
pub(super) fn check<'a>(direction: Direction, group: &[Member<'a>], is_one_of_many: bool, found: &mut Found<'a>) {
    let Some(first) = group.first() else { return };
    let has = |kind| group.iter().any(|it| it.name.kind == kind);
    let mut needed = required(direction, first.name.standard).to_vec();
    // Its parts do not go without it.
    if direction == Direction::Prevention && group.iter().any(|it| is_basic_information(it.name.kind)) {
        needed.push(FileKind::BasicInformation);
    }
    let missing: Vec<String> =
        needed.into_iter().filter(|it| !has(*it)).map(|it| format!("{} {}", it.prefix(), it.title())).collect();
    if !missing.is_empty() {
        let of = if is_one_of_many { label(first.name) } else { String::new() };
        let facts = format!("{of}足りないファイル: {}", missing.join("、"));
        found.push_of_unit(Issue::of_file(IssueCode::UnitFileMissing).with_facts(&facts));
    }
    for (at, member) in group.iter().enumerate() {
        let is_alike = |it: &Member<'_>| (it.name.kind, &it.name.branch) == (member.name.kind, &member.name.branch);
        if group[..at].iter().any(is_alike) {
            found.push(*member, Issue::of_file(IssueCode::UnitFileTwice));
        }
    }
}

fn is_basic_information(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::BasicInformation
            | FileKind::BasicInformationDay
            | FileKind::BasicInformationIllness
            | FileKind::BasicInformationPicture
    )
}

/// Which group it is: the service types and the month.
fn label(name: &FileName) -> String {
    let mut label = String::new();
    if let (Some(sender), Some(receiver)) = (&name.sender_type, &name.receiver_type) {
        label = format!("サービス種類{}から{}、", sender.as_str(), receiver.as_str());
    }
    if let Some(NameMonth::Of(month)) = name.month {
        label += &format!("{:06}分、", month.packed());
    }
    label
}
