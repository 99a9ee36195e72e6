//! An invented care office and its partners: the care-plan files of a month, in either version of the
//! standard.

mod offices;
mod records;

use careplan::{Document, FileKind, FileName, NameMonth, OfficeNumber, Record, Serial, ServiceType, Standard};
use japan::Month;

use self::offices::{Partner, User};
use super::DemoFile;

/// How many users and partners to invent. With fewer than two partners there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlansSize {
    /// Users of the care office, each of whom has two partners.
    pub n_users: u32,
    /// Offices that give the services.
    pub n_partners: u32,
}

/// 事業所番号 of the invented care office.
pub const CARE_OFFICE: &str = "9970100013";
/// Its name.
pub const CARE_OFFICE_NAME: &str = "かよいの森居宅介護支援事業所";

/// The care office's month: to each partner the plans and the month's table of their common users, from
/// each partner 実績, in version 4 also what a 地域包括支援センター sends of every tenth user, and three
/// deletions. They pass `kayoi plans check` without errors; the same arguments give the same bytes.
pub fn plans(seed: u64, month: Month, standard: Standard, size: PlansSize) -> Vec<DemoFile> {
    let partners = offices::partners(size.n_partners.max(2));
    let users: Vec<User> = (0..size.n_users).map(|index| offices::user(seed, index, partners.len())).collect();
    let office = Office { month, standard, partners: &partners };
    let mut files = Vec::new();
    for (at, partner) in partners.iter().enumerate() {
        let common: Vec<&User> = users.iter().filter(|it| it.partners.contains(&at)).collect();
        if !common.is_empty() {
            office.units(partner, &common, &mut files);
        }
    }
    files
}

/// The partners of the invented care office, by number and name, in the order of [`plans`].
pub fn plan_partners(n_partners: u32) -> Vec<(OfficeNumber, String)> {
    offices::partners(n_partners.max(2)).into_iter().map(|it| (it.number, it.name)).collect()
}

/// What all records of a month share.
struct Office<'a> {
    month: Month,
    standard: Standard,
    partners: &'a [Partner],
}

/// When a unit is put out: the day of the month before, or of the month after for 実績, and the hour.
#[derive(Clone, Copy)]
struct PutOut {
    months_later: i32,
    day: u32,
    hour: u32,
}

const PLAN: PutOut = PutOut { months_later: -1, day: 25, hour: 10 };
const SCHEDULE: PutOut = PutOut { months_later: -1, day: 25, hour: 11 };
const PREVENTION: PutOut = PutOut { months_later: -1, day: 25, hour: 12 };
const DELETION: PutOut = PutOut { months_later: -1, day: 26, hour: 9 };
const ACTUALS: PutOut = PutOut { months_later: 1, day: 2, hour: 9 };
const ACTUALS_DELETION: PutOut = PutOut { months_later: 1, day: 3, hour: 9 };

impl Office<'_> {
    fn units(&self, partner: &Partner, users: &[&User], files: &mut Vec<DemoFile>) {
        let (of_plan, of_month) = (Some(NameMonth::OfPlan), Some(NameMonth::Of(self.month)));
        let kinds = [
            (FileKind::Sheet1, None, PLAN),
            (FileKind::Sheet2, None, PLAN),
            (FileKind::Sheet3, None, PLAN),
            (FileKind::Supplement, of_plan, PLAN),
            (FileKind::Schedule, of_month, SCHEDULE),
            (FileKind::Sheet7, of_month, SCHEDULE),
            (FileKind::Supplement, of_month, SCHEDULE),
            (FileKind::Actuals, of_month, ACTUALS),
        ];
        for (kind, month, put_out) in kinds {
            files.extend(self.file(kind, month, put_out, partner, users));
        }
        let deletions = [
            (FileKind::PlanDeletion, None, DELETION),
            (FileKind::ScheduleDeletion, of_month, DELETION),
            (FileKind::ActualsDeletion, of_month, ACTUALS_DELETION),
        ];
        for (kind, month, put_out) in deletions {
            files.extend(self.file(kind, month, put_out, partner, &users[..1]));
        }
        let prevention: Vec<&User> = users.iter().copied().step_by(10).collect();
        for kind in [
            FileKind::PreventionPlan,
            FileKind::PreventionPlanSupport,
            FileKind::BasicInformation,
            FileKind::BasicInformationDay,
            FileKind::BasicInformationIllness,
            FileKind::BasicInformationPicture,
        ] {
            files.extend(self.file(kind, None, PREVENTION, partner, &prevention));
        }
    }

    /// `None` where the version knows no such file.
    fn file(
        &self,
        kind: FileKind,
        month: Option<NameMonth>,
        put_out: PutOut,
        partner: &Partner,
        users: &[&User],
    ) -> Option<DemoFile> {
        let name = self.name(kind, month, put_out, partner)?.to_string();
        if kind == FileKind::BasicInformationPicture {
            // No more of a picture than tells what it is.
            let bytes = vec![0xFF, 0xD8, 0xFF, 0xE0];
            return (self.standard == Standard::V4).then_some(DemoFile { name, bytes });
        }
        let records: Vec<Record> = users.iter().flat_map(|user| self.records(kind, month, partner, user)).collect();
        let bytes = Document { kind, records }.write(self.standard).ok()?;
        Some(DemoFile { name, bytes })
    }

    fn name(&self, kind: FileKind, month: Option<NameMonth>, put_out: PutOut, partner: &Partner) -> Option<FileName> {
        let care_office = OfficeNumber::new(CARE_OFFICE)?;
        let is_from_partner = matches!(kind, FileKind::Actuals | FileKind::ActualsDeletion);
        let is_prevention = !kind.is_in_v3() && kind != FileKind::Sheet3;
        let own_type = ServiceType::new(if is_prevention { "46" } else { "43" })?;
        let type_of = |service_type| (self.standard == Standard::V4).then_some(service_type);
        let here = (care_office, type_of(own_type));
        let there = (partner.number.clone(), type_of(ServiceType::new(partner.service.service_type)?));
        let (sender, receiver) = if is_from_partner { (there, here) } else { (here, there) };
        let put_out_in = self.month.plus(put_out.months_later).packed();
        Some(FileName {
            kind,
            standard: self.standard,
            month,
            sender: sender.0,
            sender_type: sender.1,
            receiver: receiver.0,
            receiver_type: receiver.1,
            serial: Serial::new(&format!("{put_out_in}{:02}{:02}1500", put_out.day, put_out.hour))?,
            branch: (kind == FileKind::BasicInformationPicture).then(|| "0001".to_owned()),
        })
    }
}
