use delivery::{Attendance, PatientFacts};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::FactsError;

/// What planning needs of a clinic's files as of a day: the content of a facts object.
///
/// It holds every code of a patient's newest months and nothing else of the files: a delivery that is about to
/// be written may ask for any, and is shown at once who would get it. Patients are called by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanningFacts {
    /// The day.
    pub as_of: Date,
    /// Whether some current file is 点検用, so that the drugs prescribed outside are known.
    pub has_inspection_receipts: bool,
    /// Until when attendance is known, and since when that was known.
    pub attendance: Attendance,
    /// Sorted by id.
    pub patients: Vec<(String, PatientFacts)>,
}

const MAGIC: &[u8; 3] = b"KYF";
const VERSION: u8 = 1;

impl PlanningFacts {
    /// Bytes at the beginning of an object that tell whether this program reads it.
    pub const HEADER_BYTES: usize = MAGIC.len() + 1;

    /// The facts object: a header with a version, then the facts. The same facts give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        postcard::to_extend(self, bytes).expect("a growing list of bytes takes any facts")
    }

    /// Reads a facts object.
    ///
    /// # Errors
    ///
    /// [`FactsError::Version`] when another version wrote it, [`FactsError::Broken`] when it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FactsError> {
        match bytes {
            [b'K', b'Y', b'F', VERSION, rest @ ..] => postcard::from_bytes(rest).map_err(|_| FactsError::Broken),
            [b'K', b'Y', b'F', version, ..] => Err(FactsError::Version(*version)),
            _ => Err(FactsError::Broken),
        }
    }

    /// Whether this program reads an object that begins with `header`.
    pub fn reads(header: &[u8]) -> bool {
        header == [MAGIC[0], MAGIC[1], MAGIC[2], VERSION]
    }

    /// The facts of the patient called `id`.
    pub fn of(&self, id: &str) -> Option<&PatientFacts> {
        let index = self.patients.binary_search_by(|it| it.0.as_str().cmp(id)).ok()?;
        Some(&self.patients[index].1)
    }
}

#[cfg(test)]
mod tests {
    use delivery::{DaysOfMonth, DiseaseStart, DrugDays, Membership, ProcedureDays};
    use jiff::civil::date;

    use super::*;

    fn facts() -> PlanningFacts {
        let mut attendance = Attendance::default();
        attendance.learn(date(2026, 11, 23), Some(date(2026, 10, 31)));
        let known = PatientFacts {
            first_visit: Some(date(2020, 1, 10)),
            last_visits: Some(DaysOfMonth::of(date(2026, 10, 31))),
            diseases: vec![DiseaseStart { code: 8_833_421, started: date(2020, 1, 10) }],
            procedures: vec![ProcedureDays { code: 113_707_110, days: DaysOfMonth::of(date(2026, 9, 30)) }],
            drugs: vec![DrugDays { code: 620_098_801, days: DaysOfMonth::of(date(2026, 10, 1)), supply_days: 28 }],
            appointments: vec![date(2026, 11, 30), date(2026, 12, 1)],
            answered_on: Some(date(2026, 11, 1)),
            profile_updated_on: None,
            replied_on: None,
            memberships: vec![Membership { group: "htn".to_owned(), joined_on: None, at_risk_on: date(2026, 12, 31) }],
        };
        let patients = vec![("a".to_owned(), known), ("b".to_owned(), PatientFacts::default())];
        PlanningFacts { as_of: date(2026, 11, 23), has_inspection_receipts: true, attendance, patients }
    }

    #[test]
    fn an_object_is_read_as_it_was_written() {
        let bytes = facts().to_bytes();
        assert!(PlanningFacts::reads(&bytes[..PlanningFacts::HEADER_BYTES]));
        let read = PlanningFacts::from_bytes(&bytes).unwrap();
        assert_eq!(read, facts());
        assert_eq!((read.of("b"), read.of("c")), (Some(&PatientFacts::default()), None));
    }

    /// Whoever changes the form changes the version: objects of the former are made again.
    #[test]
    fn the_form_belongs_to_its_version() {
        let hex: String = facts().to_bytes().iter().map(|it| format!("{it:02x}")).collect();
        insta::assert_snapshot!(hex, @"4b5946010a323032362d31312d323301010a323032362d31312d32330a323032362d31302d3331020161aef5d00901f2ae0c8080808004018d939b04aef5d00901e6909c36f1ae0c808080800201f1e9d7a702f2ae0c011c028ad2d409d1d2d409edd1d4090000010368746e00efd2d409016200000000000000000000");
    }

    #[test]
    fn what_is_no_object_of_this_version_is_told() {
        let mut bytes = facts().to_bytes();
        assert_eq!(PlanningFacts::from_bytes(&bytes[..bytes.len() - 1]), Err(FactsError::Broken));
        bytes[3] += 1;
        assert_eq!(PlanningFacts::from_bytes(&bytes), Err(FactsError::Version(VERSION + 1)));
        assert!(!PlanningFacts::reads(&bytes[..4]) && !PlanningFacts::reads(b""));
        assert_eq!(PlanningFacts::from_bytes(b"KYM\x01"), Err(FactsError::Broken));
    }
}
