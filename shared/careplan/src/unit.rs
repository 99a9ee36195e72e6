//! What is sent at once (standard 4.1 §2.4, §3.4): the files of one serial between two offices.

mod completeness;
mod matching;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{CheckedFile, FileKind, FileName, Issue, Issues, Layout, NameMonth, OfficeNumber, Serial, Severity};
use crate::{Standard, layout};

/// What goes in a unit, and thereby which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 第1・2(・3)表 out of care management.
    Plan,
    /// 第6・7表 of a month out of care management.
    Schedule,
    /// 実績 of a month to care management.
    Actuals,
    /// One file that takes back what was sent.
    Delete,
    /// 介護予防サービス・支援計画書, with the basic information if there is any.
    Prevention,
    /// 利用者基本情報 alone.
    Assessment,
}

/// An issue of a unit, and of which of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitIssue {
    /// [`CheckedFile::file`]; `None` for what concerns the whole unit.
    pub file: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub issue: Issue,
}

/// Files that are sent and taken in as a whole.
#[derive(Debug, Clone)]
pub struct SendUnit {
    /// 送信元 of all its files.
    pub sender: OfficeNumber,
    /// 送信先 of all its files: what a bundle is split by.
    pub receiver: OfficeNumber,
    /// The serial of all its files; later ones replace earlier ones.
    pub serial: Serial,
    /// By the form of the names.
    pub standard: Standard,
    /// What it is.
    pub direction: Direction,
    /// Where its files stand in what was given to [`units`].
    pub files: Vec<usize>,
    /// What is wrong with it beyond [`CheckedFile::issues`].
    pub issues: Vec<UnitIssue>,
    files_have_errors: bool,
}

impl SendUnit {
    /// Whether it may be sent: complete, and no errors in it nor in its files.
    pub fn ok(&self) -> bool {
        !self.files_have_errors && self.issues.iter().all(|it| it.issue.severity != Severity::Error)
    }
}

/// A file of a unit.
#[derive(Clone, Copy)]
struct Member<'a> {
    index: usize,
    checked: &'a CheckedFile,
    name: &'a FileName,
}

impl Member<'_> {
    fn layout(&self) -> Option<&'static Layout> {
        layout(self.name.kind, self.name.standard)
    }
}

/// Sorts files into units and checks each as a whole (standard 4.1 §2.4, §2.6). Units stand in the order of
/// their first files; a file whose name cannot be read is in none.
pub fn units(files: &[CheckedFile]) -> Vec<SendUnit> {
    let members: Vec<Member<'_>> = files
        .iter()
        .enumerate()
        .filter_map(|(index, checked)| Some(Member { index, checked, name: checked.name.as_ref()? }))
        .collect();
    let mut sorted: Vec<(Direction, Member<'_>)> =
        members.iter().map(|it| (direction(it.name, &members), *it)).collect();
    sorted.sort_by(|one, other| unit_of(one).cmp(&unit_of(other)));
    let mut units: Vec<SendUnit> =
        sorted.chunk_by(|one, other| unit_of(one) == unit_of(other)).filter_map(check_unit).collect();
    units.sort_by(|one, other| one.files.cmp(&other.files));
    units
}

type UnitKey<'a> = (&'a OfficeNumber, &'a OfficeNumber, &'a Serial, Standard, Direction, Option<usize>);

fn unit_of<'a>((direction, it): &(Direction, Member<'a>)) -> UnitKey<'a> {
    // A deletion goes alone.
    let alone = (*direction == Direction::Delete).then_some(it.index);
    (&it.name.sender, &it.name.receiver, &it.name.serial, it.name.standard, *direction, alone)
}

fn direction(name: &FileName, members: &[Member<'_>]) -> Direction {
    match name.kind {
        it if it.is_deletion() => Direction::Delete,
        FileKind::Schedule | FileKind::Sheet7 => Direction::Schedule,
        FileKind::Supplement => match name.month {
            Some(NameMonth::Of(_)) => Direction::Schedule,
            _ => Direction::Plan,
        },
        FileKind::Actuals => Direction::Actuals,
        FileKind::PreventionPlan | FileKind::PreventionPlanSupport => Direction::Prevention,
        FileKind::BasicInformation
        | FileKind::BasicInformationDay
        | FileKind::BasicInformationIllness
        | FileKind::BasicInformationPicture => {
            let goes_with_plan = members.iter().any(|it| {
                matches!(it.name.kind, FileKind::PreventionPlan | FileKind::PreventionPlanSupport)
                    && is_sent_with(it.name, name)
            });
            if goes_with_plan { Direction::Prevention } else { Direction::Assessment }
        }
        _ => Direction::Plan,
    }
}

/// Whether two files go between the same offices, for the same service types, at once.
fn is_sent_with(one: &FileName, other: &FileName) -> bool {
    (&one.sender, &one.sender_type, &one.receiver, &one.receiver_type, &one.serial)
        == (&other.sender, &other.sender_type, &other.receiver, &other.receiver_type, &other.serial)
}

fn check_unit(members: &[(Direction, Member<'_>)]) -> Option<SendUnit> {
    let (direction, first) = members.first()?;
    let members: Vec<Member<'_>> = members.iter().map(|it| it.1).collect();
    let mut found = Found::default();
    let groups = completeness::groups(&members);
    for group in &groups {
        completeness::check(*direction, group, groups.len() > 1, &mut found);
        matching::check(group, &mut found);
    }
    for member in &members {
        for stray in &member.checked.facts.strays {
            let Some(layout) = member.layout() else { continue };
            found.push(*member, Issue::of_item(stray.line, layout, stray.number, stray.code));
        }
    }
    Some(SendUnit {
        sender: first.name.sender.clone(),
        receiver: first.name.receiver.clone(),
        serial: first.name.serial.clone(),
        standard: first.name.standard,
        direction: *direction,
        files: members.iter().map(|it| it.index).collect(),
        issues: found.finish(),
        files_have_errors: members.iter().any(|it| it.checked.has_errors()),
    })
}

/// The issues of a unit while it is checked.
#[derive(Default)]
struct Found<'a> {
    of_unit: Issues,
    /// By the file's place.
    of_files: BTreeMap<usize, (&'a str, Issues)>,
}

impl<'a> Found<'a> {
    fn push_of_unit(&mut self, issue: Issue) {
        self.of_unit.push(issue);
    }

    fn push(&mut self, member: Member<'a>, issue: Issue) {
        let (_, issues) =
            self.of_files.entry(member.index).or_insert_with(|| (&member.checked.file, Issues::default()));
        issues.push(issue);
    }

    /// Those of the whole unit first, then file by file.
    fn finish(self) -> Vec<UnitIssue> {
        let named = |file: Option<&str>, issues: Issues| {
            let file = file.map(str::to_owned);
            issues.finish().into_iter().map(move |issue| UnitIssue { file: file.clone(), issue })
        };
        let of_files = self.of_files.into_values().flat_map(|(file, issues)| named(Some(file), issues));
        named(None, self.of_unit).chain(of_files).collect()
    }
}
