use codes::Codes;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Because, Folded, Group, Groups, Patient, Status, StatusSpan, Truth, evaluate::Evaluator};

/// Why a patient is in no list and gets no message (対象外).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// 転帰 3.
    Died,
    /// Taken out by staff.
    Staff,
}

/// Who belongs to which group, and how far each has dropped out.
#[derive(Debug)]
pub struct Dropouts<'a> {
    /// One for each group, in their order.
    pub groups: Vec<GroupCount>,
    /// Every member, group by group, then by last visit, then by chart number.
    pub members: Vec<Member<'a>>,
}

/// How many patients a group has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct GroupCount {
    /// 対象人数: the sum of the next three.
    pub members: u32,
    /// 正常.
    pub regular: u32,
    /// 離脱予備群.
    pub at_risk: u32,
    /// 離脱.
    pub dropped_out: u32,
    /// 対象外: who would be a member but for it.
    pub excluded: u32,
    /// Of whom the files cannot tell, for want of 点検用 files.
    #[serde(skip)]
    pub unknown: u32,
}

impl GroupCount {
    fn add(&mut self, status: Status) {
        self.members += 1;
        match status {
            Status::Regular => self.regular += 1,
            Status::AtRisk => self.at_risk += 1,
            Status::DroppedOut => self.dropped_out += 1,
        }
    }
}

/// A patient in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a> {
    /// Index of the group.
    pub group: usize,
    /// Index into [`Folded::patients`].
    pub patient: usize,
    /// The newest day the patient came.
    pub last_visit: Date,
    /// How far the patient has dropped out, since when and until when.
    pub span: StatusSpan,
    /// What makes the condition true.
    pub because: Vec<Because<'a>>,
}

/// A row of a list as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed<'a> {
    /// Id of the group.
    pub group: &'a str,
    /// Normalised; `None` where no receipt has one.
    pub chart_number: Option<&'a str>,
    /// As the newest receipt writes it.
    pub name: &'a str,
    /// The newest day the patient came.
    pub last_visit: Date,
    /// How far the patient has dropped out.
    pub status: Status,
    /// The first day of the status; of 正常 the last visit.
    pub since: Date,
    /// The last day of the status; 離脱 has none.
    pub until: Option<Date>,
    /// What makes the condition true.
    pub because: &'a [Because<'a>],
}

impl<'a> Member<'a> {
    /// The row as it is shown.
    pub fn listed(&'a self, folded: &'a Folded<'_>, groups: &'a Groups) -> Listed<'a> {
        let patient = &folded.patients[self.patient];
        Listed {
            group: &groups.groups[self.group].id,
            chart_number: patient.chart_number,
            name: patient.name,
            last_visit: self.last_visit,
            status: self.span.status,
            since: self.span.since,
            until: self.span.until,
            because: &self.because,
        }
    }
}

/// Evaluates every group on every patient. `taken_out` tells whom staff took out of all lists.
///
/// A patient without a visit is in no list. Why a member belongs to the group is kept for members
/// alone.
pub fn dropouts<'a>(
    folded: &Folded<'a>,
    groups: &Groups,
    codes: &'a Codes,
    taken_out: impl Fn(&Patient<'a>) -> bool,
) -> Dropouts<'a> {
    let taken_out: Vec<bool> = folded.patients.iter().map(|it| it.died.is_some() || taken_out(it)).collect();
    let mut all = Dropouts { groups: Vec::new(), members: Vec::new() };
    for (index, group) in groups.groups.iter().enumerate() {
        let (count, mut members) = members(folded, index, group, codes, &taken_out);
        members.sort_by(|one, other| {
            let order = |it: &Member<'a>| {
                let patient = &folded.patients[it.patient];
                (it.last_visit, patient.chart_number, patient.name)
            };
            order(one)
                .cmp(&order(other))
                .then_with(|| folded.patients[one.patient].keys.cmp(&folded.patients[other.patient].keys))
        });
        all.groups.push(count);
        all.members.extend(members);
    }
    all
}

fn members<'a>(
    folded: &Folded<'a>,
    index: usize,
    group: &Group,
    codes: &'a Codes,
    taken_out: &[bool],
) -> (GroupCount, Vec<Member<'a>>) {
    let mut evaluator = Evaluator::new(folded, codes);
    let mut count = GroupCount::default();
    let mut members = Vec::new();
    for (number, patient) in folded.patients.iter().enumerate() {
        let Some(last_visit) = patient.visits.last() else { continue };
        let mut because = Vec::new();
        match evaluator.evaluate(&group.condition, patient, &mut because) {
            Truth::False => {}
            Truth::Unknown => count.unknown += u32::from(!taken_out[number]),
            Truth::True if taken_out[number] => count.excluded += 1,
            Truth::True => {
                let span = StatusSpan::on(folded.as_of, last_visit, group);
                count.add(span.status);
                members.push(Member { group: index, patient: number, last_visit, span, because });
            }
        }
    }
    (count, members)
}
