//! Units of care plans that pass every check, one user each.

use careplan::{Document, FileKind, FileName, NameMonth, OfficeNumber, Record, Serial, ServiceType, Standard};
use japan::Month;

/// A care-management office.
pub(crate) const CARE_MANAGER: &str = "9970100013";
/// A home-help office.
pub(crate) const HOME_HELP: &str = "9970200011";
/// A day-care office.
pub(crate) const DAY_CARE: &str = "9970300019";
/// A user who exists nowhere.
pub(crate) const USER: &str = "3280387013";

/// A file with its name.
pub(crate) type Named = (String, Vec<u8>);

/// 第1・2・3表 and the supplement, from the care manager to `receiver`; `wish` makes one different from
/// another.
pub(crate) fn plan_unit(receiver: &str, serial: &str, wish: &str) -> Vec<Named> {
    let of = Sender { from: CARE_MANAGER, from_type: "43", to: receiver, to_type: service_type(receiver), serial };
    let record = |kind| Record::blank(kind).with(1, "202407").with(2, "990010").with(3, USER);
    vec![
        of.file(
            FileKind::Sheet1,
            None,
            record(FileKind::Sheet1)
                .with(4, "20250420")
                .with(8, "計画　一郎")
                .with(9, "試験居宅介護支援")
                .with(13, CARE_MANAGER)
                .with(14, "20250420")
                .with(15, "20240401")
                .with(22, wish),
        ),
        of.file(
            FileKind::Sheet2,
            None,
            record(FileKind::Sheet2)
                .with(4, "20250420")
                .with(5, "20250420")
                .with(6, "1")
                .with(7, "歩きたい")
                .with(8, "1")
                .with(9, "安全に歩く")
                .with(13, "1")
                .with(14, "体操")
                .with(15, "Y")
                .with(17, receiver),
        ),
        of.file(
            FileKind::Sheet3,
            None,
            record(FileKind::Sheet3)
                .with(4, "20250420")
                .with(5, "20250420")
                .with(6, "訪問介護")
                .with(7, "1")
                .with(8, "0900")
                .with(9, "1000"),
        ),
        of.file(
            FileKind::Supplement,
            Some(NameMonth::OfPlan),
            supplement(record(FileKind::Supplement)).with(4, "20250420").with(63, "000000"),
        ),
    ]
}

/// 第6・7表 of May 2025 and the supplement, from the care manager to `receiver`.
pub(crate) fn schedule_unit(receiver: &str, serial: &str) -> Vec<Named> {
    let of = Sender { from: CARE_MANAGER, from_type: "43", to: receiver, to_type: service_type(receiver), serial };
    let record = |kind| Record::blank(kind).with(1, "202407").with(2, "990010").with(3, USER);
    let code = format!("{}1211", service_type(receiver));
    let row = |of_sheet: Record| of_sheet.with(4, "20250425").with(5, "202505");
    let total = row(record(FileKind::Sheet7))
        .with(7, OfficeNumber::OF_TOTALS)
        .with(9, "999999")
        .with(13, "0")
        .with(16, "1")
        .with(18, "387")
        .with(33, "0");
    let service = row(record(FileKind::Sheet7))
        .with(7, receiver)
        .with(9, &code)
        .with(13, "387")
        .with(16, "1")
        .with(18, "387")
        .with(33, "0");
    let sheet7 = Document { kind: FileKind::Sheet7, records: vec![service, total] };
    vec![
        of.file(FileKind::Schedule, may(), visit(row(record(FileKind::Schedule)), receiver, &code)),
        (of.name(FileKind::Sheet7, may()), sheet7.write(Standard::V4).unwrap()),
        of.file(
            FileKind::Supplement,
            may(),
            supplement(record(FileKind::Supplement)).with(4, "00000000").with(63, "202505"),
        ),
    ]
}

/// 実績 of May 2025, from `sender` to the care manager.
pub(crate) fn actuals_unit(sender: &str, serial: &str) -> Vec<Named> {
    let of = Sender { from: sender, from_type: service_type(sender), to: CARE_MANAGER, to_type: "43", serial };
    let record = Record::blank(FileKind::Actuals).with(1, "202407").with(2, "990010").with(3, USER);
    let row = record.with(4, "20250602").with(5, "202505");
    vec![of.file(FileKind::Actuals, may(), visit(row, sender, &format!("{}1211", service_type(sender))))]
}

fn visit(row: Record, office: &str, code: &str) -> Record {
    row.with(6, CARE_MANAGER)
        .with(7, "計画　一郎")
        .with(8, "387")
        .with(10, "20250501")
        .with(12, "0900")
        .with(13, "1000")
        .with(14, "1")
        .with(15, code)
        .with(20, office)
        .with(23, "0")
}

fn supplement(record: Record) -> Record {
    record.with(5, "ｼｹﾝ ｽﾐｴ").with(6, "試験　澄江").with(7, "2").with(8, "19280825")
}

fn may() -> Option<NameMonth> {
    Some(NameMonth::Of(Month::new(2025, 5).unwrap()))
}

fn service_type(office: &str) -> &'static str {
    match office {
        CARE_MANAGER => "43",
        DAY_CARE => "15",
        _ => "11",
    }
}

struct Sender<'a> {
    from: &'a str,
    from_type: &'a str,
    to: &'a str,
    to_type: &'a str,
    serial: &'a str,
}

impl Sender<'_> {
    fn name(&self, kind: FileKind, month: Option<NameMonth>) -> String {
        FileName {
            kind,
            standard: Standard::V4,
            month,
            sender: OfficeNumber::new(self.from).unwrap(),
            sender_type: ServiceType::new(self.from_type),
            receiver: OfficeNumber::new(self.to).unwrap(),
            receiver_type: ServiceType::new(self.to_type),
            serial: Serial::new(self.serial).unwrap(),
            branch: None,
        }
        .to_string()
    }

    fn file(&self, kind: FileKind, month: Option<NameMonth>, record: Record) -> Named {
        let document = Document { kind, records: vec![record] };
        (self.name(kind, month), document.write(Standard::V4).unwrap())
    }
}
