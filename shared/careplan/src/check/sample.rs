//! Files without a single issue, for tests to damage.

use crate::{Direction, Document, FileKind, Record, Standard, units};
use crate::{Issue, check_file};

/// 居宅介護支援.
pub(crate) const PLANNER: &str = "9970100013";
/// 訪問介護, the receiver of plans.
pub(crate) const PARTNER: &str = "9970200011";
/// 通所介護, which the plans name too.
pub(crate) const OTHER: &str = "9970300019";
const SERIAL: &str = "20250425101500";
const USERS: [&str; 2] = ["1234567890", "H123456789"];
const DATE: &str = "20250420";
const MONTH: &str = "202505";

/// A file as it is sent: name and bytes.
pub(crate) type File = (String, Vec<u8>);

/// The kinds of files that a clean unit holds.
pub(crate) fn kinds(direction: Direction, standard: Standard) -> Vec<FileKind> {
    use FileKind::*;
    let kinds: &[FileKind] = match direction {
        Direction::Plan => &[Sheet1, Sheet2, Sheet3, Supplement],
        Direction::Schedule => &[Schedule, Sheet7, Supplement],
        Direction::Actuals => &[Actuals],
        Direction::Delete => &[PlanDeletion],
        Direction::Prevention => &[PreventionPlan, PreventionPlanSupport, BasicInformation],
        Direction::Assessment => {
            &[BasicInformation, BasicInformationDay, BasicInformationIllness, BasicInformationPicture]
        }
    };
    kinds.iter().copied().filter(|it| standard == Standard::V4 || it.is_in_v3()).collect()
}

/// A clean unit.
pub(crate) fn unit(direction: Direction, standard: Standard) -> Vec<File> {
    kinds(direction, standard).into_iter().map(|it| file(direction, it, standard)).collect()
}

/// A clean file. The direction tells what a supplement goes with.
pub(crate) fn file(direction: Direction, kind: FileKind, standard: Standard) -> File {
    let bytes = match kind {
        FileKind::BasicInformationPicture => vec![0xFF, 0xD8, 0xFF, 0xE0],
        _ => document(direction, kind, standard).write(standard).unwrap(),
    };
    (name(direction, kind, standard), bytes)
}

pub(crate) fn name(direction: Direction, kind: FileKind, standard: Standard) -> String {
    let month = match (kind.has_month(), direction) {
        (false, _) => String::new(),
        (true, Direction::Plan) => "000000_".to_owned(),
        (true, _) => format!("{MONTH}_"),
    };
    let is_from_partner = matches!(kind, FileKind::Actuals | FileKind::ActualsDeletion);
    let is_prevention = !kind.is_in_v3() && kind != FileKind::Sheet3;
    let planner = (PLANNER, if is_prevention { "46" } else { "43" });
    let partner = (PARTNER, if is_prevention { "62" } else { "11" });
    let (sender, receiver) = if is_from_partner { (partner, planner) } else { (planner, partner) };
    let offices = match standard {
        Standard::V3 => format!("{}_{}", sender.0, receiver.0),
        Standard::V4 => format!("{}_{}_{}_{}", sender.0, sender.1, receiver.0, receiver.1),
    };
    let ending = if kind == FileKind::BasicInformationPicture { "_0001.jpg" } else { ".CSV" };
    format!("{}_{month}{offices}_{SERIAL}{ending}", kind.prefix())
}

/// What a clean file says.
pub(crate) fn document(direction: Direction, kind: FileKind, standard: Standard) -> Document {
    let records = USERS.iter().flat_map(|user| records(direction, kind, standard, user)).collect();
    Document { kind, records }
}

fn records(direction: Direction, kind: FileKind, standard: Standard, user: &str) -> Vec<Record> {
    let record = |items: &[(usize, &str)]| {
        let head = [(1, standard.csv_version()), (2, "435073"), (3, user)];
        head.iter().chain(items).fold(Record::blank(kind), |it, (number, value)| it.with(*number, *value))
    };
    let is_first = user == USERS[0];
    match kind {
        FileKind::Supplement => {
            let periods = if direction == Direction::Plan { (DATE, "000000") } else { ("00000000", MONTH) };
            let person = [
                (5, "ｹﾝｼｮｳ ｲﾁﾛｳ"),
                (6, "検証　一郎"),
                (7, "1"),
                (8, "19400101"),
                (9, "100-0001"),
                (12, "03-0000-0000"),
            ];
            let level = [(16, "2"), (18, "24"), (19, "30938"), (20, "11"), (21, "100"), (60, PLANNER)];
            vec![record(&[&[(4, periods.0), (63, periods.1)][..], &person, &level].concat())]
        }
        FileKind::Sheet1 => {
            let office = [(8, "計画　花子"), (9, "試験居宅介護支援"), (13, PLANNER)];
            let plan = [
                (4, DATE),
                (14, DATE),
                (15, "20240401"),
                (16, "21"),
                (21, "24"),
                (24, "転倒を防ぎ、\r\n\"外出\"の機会をつくる"),
            ];
            vec![record(&[&office[..], &plan].concat())]
        }
        FileKind::Sheet2 => {
            let dates = [(4, DATE), (5, DATE)];
            let need = [(6, "1"), (7, "歩きたい"), (8, "1"), (9, "安全に歩く"), (13, "1"), (15, "Y"), (17, PARTNER)];
            let repeated = [(6, "1"), (8, "1"), (13, "2"), (15, "N"), (16, "家族")];
            let other = [(6, "2"), (7, "清潔を保ちたい"), (8, "1"), (9, "入浴する"), (13, "1"), (17, OTHER)];
            let rows = [&need[..], &repeated, &other];
            rows.into_iter().map(|it| record(&[&dates[..], it].concat())).collect()
        }
        FileKind::Sheet3 => {
            let dates = [(4, DATE), (5, DATE)];
            let rows = [
                &[(6, "訪問介護"), (7, "1"), (8, "0900"), (9, "1000")][..],
                &[(10, "起床"), (11, "0600"), (12, "0600")],
                &[(13, "通院")],
            ];
            rows.into_iter().map(|it| record(&[&dates[..], it].concat())).collect()
        }
        FileKind::Schedule | FileKind::Actuals => {
            let head = [(4, "20250425"), (5, MONTH), (6, PLANNER), (7, "計画　花子"), (14, "1"), (23, "0")];
            let mut rows = vec![
                vec![(10, "20250501"), (12, "0900"), (13, "1000"), (15, "111211"), (20, PARTNER), (21, "試験訪問介護")],
                vec![(10, "20250502"), (12, "0900"), (13, "1000"), (15, "111211"), (20, PARTNER), (21, "試験訪問介護")],
            ];
            if kind == FileKind::Schedule && is_first {
                let loan = [(10, "20250501"), (12, "9999"), (13, "9999"), (15, "171001"), (20, OTHER), (19, "A1")];
                rows.push([&loan[..], &[(16, "00000-000001"), (11, "1111111111111111111111111111111")]].concat());
            }
            rows.into_iter().map(|it| record(&[&head[..], &it].concat())).collect()
        }
        FileKind::Sheet7 => {
            let head = [(4, "20250425"), (5, MONTH), (33, "0")];
            let mut rows = vec![vec![(7, PARTNER), (9, "111211"), (13, "387"), (16, "8"), (18, "3096"), (23, "10.00")]];
            let mut total = "3096";
            if is_first {
                rows.push(vec![(7, PARTNER), (9, "111212"), (13, "100"), (16, "1"), (18, "100")]);
                rows.push(vec![(7, PARTNER), (9, "11AAAA"), (13, "0"), (16, "9"), (18, "3196")]);
                rows.push(vec![(7, OTHER), (9, "151141"), (13, "658"), (16, "4"), (18, "2632")]);
                total = "5828";
            }
            rows.push(vec![(7, "9999999999"), (9, "999999"), (13, "0"), (16, "8"), (18, total)]);
            rows.into_iter().map(|it| record(&[&head[..], &it].concat())).collect()
        }
        FileKind::PlanDeletion | FileKind::BasicInformationDeletion | FileKind::PreventionPlanDeletion => {
            vec![record(&[(4, DATE)])]
        }
        FileKind::ScheduleDeletion => vec![record(&[(4, MONTH)])],
        FileKind::ActualsDeletion => vec![record(&[(4, MONTH), (5, PARTNER), (6, "11")])],
        FileKind::BasicInformation => {
            let person = [(14, "ｹﾝｼｮｳ ｲﾁﾛｳ"), (15, "検証　一郎"), (16, "1"), (17, "19400101"), (23, "12")];
            vec![record(&[&[(4, DATE), (5, "1"), (8, "01")][..], &person].concat())]
        }
        FileKind::BasicInformationDay | FileKind::BasicInformationIllness => vec![record(&[(4, DATE), (6, "散歩")])],
        FileKind::PreventionPlan => vec![record(&[(4, DATE), (5, "1"), (8, "検証　一郎"), (14, "1"), (43, "2")])],
        FileKind::PreventionPlanSupport => vec![record(&[(4, DATE), (5, "1"), (6, "散歩"), (10, "1"), (14, "1")])],
        FileKind::BasicInformationPicture => Vec::new(),
    }
}

/// All issues of files and of their units, each with the file it is about.
pub(crate) fn issues_of(files: &[File]) -> Vec<(Option<String>, Issue)> {
    let checked: Vec<_> = files.iter().map(|(name, bytes)| check_file(name, bytes)).collect();
    let of_files = checked.iter().flat_map(|it| it.issues.iter().map(|issue| (Some(it.file.clone()), issue.clone())));
    let of_units = units(&checked).into_iter().flat_map(|it| it.issues).map(|it| (it.file, it.issue));
    of_files.chain(of_units).collect()
}
