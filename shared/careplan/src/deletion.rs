use std::collections::HashSet;

use crate::{Document, FileKind, FileName, Record, Serial, Sheet, layout};

/// An item of a deletion, and the items of what it takes back that say it: the first that is filled.
type Taken = (usize, &'static [usize]);

/// The files that take back what `files` sent (削除ファイル), one for each plan, schedule or 実績 among them,
/// with `serial` in their names: one record for each user and plan or month, and for 実績 each office and
/// service type. What goes with another file of its unit needs none.
///
/// A record whose items cannot be written is one that no receiver took in, and its file is left out.
pub fn deletion_of(files: &[(FileName, Vec<u8>)], serial: &Serial) -> Vec<(FileName, Vec<u8>)> {
    files.iter().filter_map(|(name, bytes)| deletion_of_file(name, bytes, serial)).collect()
}

fn deletion_of_file(name: &FileName, bytes: &[u8], serial: &Serial) -> Option<(FileName, Vec<u8>)> {
    let (kind, taken): (_, &[Taken]) = match name.kind {
        // Without a plan date a plan is known by the day it was written.
        FileKind::Sheet1 => (FileKind::PlanDeletion, &[(4, &[14, 4])]),
        FileKind::Schedule => (FileKind::ScheduleDeletion, &[(4, &[5])]),
        FileKind::Actuals => (FileKind::ActualsDeletion, &[(4, &[5]), (5, &[20]), (6, &[15])]),
        _ => return None,
    };
    let sent = Document::of(&Sheet::read(bytes.to_vec()), layout(name.kind, name.standard)?);
    let mut seen = HashSet::new();
    let records = sent
        .records
        .iter()
        .map(|it| deletion_of_record(it, kind, taken, name))
        .filter(|it| seen.insert((1..=6).map(|number| it.text(number).to_owned()).collect::<Vec<_>>()))
        .collect::<Vec<_>>();
    if records.is_empty() {
        return None;
    }
    let bytes = Document { kind, records }.write(name.standard).ok()?;
    Some((FileName { kind, serial: serial.clone(), ..name.clone() }, bytes))
}

fn deletion_of_record(sent: &Record, kind: FileKind, taken: &[Taken], name: &FileName) -> Record {
    let head = Record::blank(kind).with(1, name.standard.csv_version()).with(2, sent.text(2)).with(3, sent.text(3));
    taken.iter().fold(head, |record, (number, sources)| {
        let value = sources.iter().map(|it| sent.text(*it)).find(|it| !it.is_empty()).unwrap_or_default();
        // A service code begins with its service type.
        let is_type = kind == FileKind::ActualsDeletion && *number == 6;
        record.with(*number, if is_type { value.get(..2).unwrap_or(value) } else { value })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, Severity, Standard, check::sample, check_file, units};

    fn sent(direction: Direction, standard: Standard) -> Vec<(FileName, Vec<u8>)> {
        let files = sample::unit(direction, standard).into_iter();
        files.map(|(name, bytes)| (FileName::parse(&name).unwrap(), bytes)).collect()
    }

    fn deletion(files: &[(FileName, Vec<u8>)]) -> Vec<(String, String)> {
        let deletions = deletion_of(files, &Serial::new("20250601090000").unwrap());
        deletions.into_iter().map(|(name, bytes)| (name.to_string(), String::from_utf8(bytes).unwrap())).collect()
    }

    #[track_caller]
    fn check(direction: Direction, standard: Standard, name: &str, expected: &[&str]) {
        let made = deletion(&sent(direction, standard));
        assert_eq!(made, [(name.to_owned(), expected.iter().map(|it| format!("{it}\r\n")).collect())]);
    }

    #[test]
    fn a_plan_is_taken_back_by_user_and_plan_date() {
        check(
            Direction::Plan,
            Standard::V4,
            "DLT1KYO_9970100013_43_9970200011_11_20250601090000.CSV",
            &["202407,435073,1234567890,20250420", "202407,435073,H123456789,20250420"],
        );
        check(
            Direction::Plan,
            Standard::V3,
            "DLT1KYO_9970100013_9970200011_20250601090000.CSV",
            &["202208,435073,1234567890,20250420", "202208,435073,H123456789,20250420"],
        );
    }

    #[test]
    fn a_schedule_is_taken_back_by_user_and_month() {
        check(
            Direction::Schedule,
            Standard::V4,
            "DLTPLAN_202505_9970100013_43_9970200011_11_20250601090000.CSV",
            &["202407,435073,1234567890,202505", "202407,435073,H123456789,202505"],
        );
    }

    #[test]
    fn what_was_done_is_taken_back_by_office_and_service_type_too() {
        check(
            Direction::Actuals,
            Standard::V3,
            "DLTJSK_202505_9970200011_9970100013_20250601090000.CSV",
            &["202208,435073,1234567890,202505,9970200011,11", "202208,435073,H123456789,202505,9970200011,11"],
        );
    }

    #[test]
    fn many_records_with_one_key_are_taken_back_by_one() {
        let files = sent(Direction::Actuals, Standard::V4);
        let mut lines = files[0].1.clone();
        lines.extend_from_slice(&files[0].1);
        let twice = [(files[0].0.clone(), lines)];
        assert_eq!(deletion(&twice), deletion(&files));
    }

    #[test]
    fn a_plan_without_its_date_is_known_by_the_day_it_was_written() {
        let mut files = sent(Direction::Plan, Standard::V4);
        let sheet1 = files.iter_mut().find(|it| it.0.kind == FileKind::Sheet1).unwrap();
        let mut document = sample::document(Direction::Plan, FileKind::Sheet1, Standard::V4);
        document.records.truncate(1);
        document.records[0] = document.records[0].clone().with(14, "").with(4, "20250419");
        sheet1.1 = document.write(Standard::V4).unwrap();
        assert_eq!(deletion(&files)[0].1, "202407,435073,1234567890,20250419\r\n");
    }

    #[test]
    fn what_takes_back_may_be_sent() {
        for direction in [Direction::Plan, Direction::Schedule, Direction::Actuals] {
            for standard in [Standard::V3, Standard::V4] {
                let made = deletion(&sent(direction, standard));
                let checked: Vec<_> = made.iter().map(|(name, text)| check_file(name, text.as_bytes())).collect();
                assert!(checked.iter().all(|it| it.issues.iter().all(|it| it.severity != Severity::Error)));
                assert!(units(&checked).iter().all(|it| it.ok() && it.direction == Direction::Delete), "{direction:?}");
                assert_eq!(checked.len(), 1);
            }
        }
    }

    #[test]
    fn other_files_and_empty_ones_have_no_deletion() {
        for direction in [Direction::Delete, Direction::Prevention, Direction::Assessment] {
            assert_eq!(deletion(&sent(direction, Standard::V4)), []);
        }
        let (name, _) = sent(Direction::Actuals, Standard::V4).remove(0);
        assert_eq!(deletion(&[(name.clone(), Vec::new())]), []);
        // No character of Windows-31J.
        assert_eq!(deletion(&[(name, b"202407,\x80\xFF,1\r\n".to_vec())]), []);
    }
}
