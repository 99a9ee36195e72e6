//! Whether a file is one that another office can import, and what the checks of its send unit need.

mod cells;
mod content;
mod name;
mod records;
mod relation;
mod sheet2;
mod sheet3;
mod sheet6;
mod sheet7;
mod twice;
mod types;
mod values;

#[cfg(test)]
mod code_tests;
#[cfg(test)]
mod example_tests;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod trap_tests;

pub(crate) use relation::Stray;
pub(crate) use values::User;

use crate::{FileKind, FileName, Issue, IssueCode, Issues, Severity, Sheet, layout};

/// What stands as サービスコード on rows of totals of sheet 7.
const TOTAL_CODE: &[u8] = b"999999";

/// What [`check_file`] found.
#[derive(Debug, Clone)]
pub struct CheckedFile {
    /// The name as given.
    pub file: String,
    /// What it says; `None` where it is no name of the standard, and the content was not looked at.
    pub name: Option<FileName>,
    /// How many records there are; `None` where none could be told apart.
    pub rows: Option<u64>,
    /// In the order of lines and columns.
    pub issues: Vec<Issue>,
    /// For [`crate::units`].
    pub(crate) facts: Facts,
}

/// What the checks of a unit compare between its files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// In order, each user and period once.
    pub(crate) keys: Vec<Key>,
    /// Whether every record is in [`Facts::keys`], so that one that is not there is not in the file.
    pub(crate) is_complete: bool,
    /// What is not the receiver's affair.
    pub(crate) strays: Vec<Stray>,
}

/// What a record is about (standard 4.1, 別紙, 関連): a user, and the plan date or 対象年月.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) user: User,
    /// `YYYYMMDD` or `YYYYMM`.
    pub(crate) period: u32,
    /// Of the first such record.
    pub(crate) line: u64,
}

impl CheckedFile {
    /// Whether the file may not be sent.
    pub fn has_errors(&self) -> bool {
        self.issues.iter().any(|it| it.severity == Severity::Error)
    }
}

/// Checks a file by itself (standard 4.1 §4 and 別紙). Folders before `name` are passed over. Nothing that
/// the file says of a user is in what comes back.
///
/// What the standard's own examples do, and what software in use is known to do, are warnings.
pub fn check_file(name: &str, bytes: &[u8]) -> CheckedFile {
    let mut issues = Issues::default();
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut checked =
        CheckedFile { file: name.to_owned(), name: None, rows: None, issues: Vec::new(), facts: Facts::default() };
    match FileName::parse(file_name) {
        Ok(read) => {
            name::check_name(&read, &mut issues);
            (checked.rows, checked.facts) = check_content(&read, bytes, &mut issues);
            checked.name = Some(read);
        }
        Err(code) => issues.push(Issue::of_file(code)),
    }
    checked.issues = issues.finish();
    checked
}

/// What a file may have: lines cost memory, so a hostile one is not even split.
const MAX_ROWS: usize = 300_000;

/// Returns how many records there are and what they are about.
fn check_content(name: &FileName, bytes: &[u8], issues: &mut Issues) -> (Option<u64>, Facts) {
    let none = Facts::default();
    if name.kind == FileKind::BasicInformationPicture && !bytes.is_empty() {
        if !content::is_jpeg(bytes) {
            issues.push(Issue::of_file(IssueCode::PictureNotJpeg));
        }
        return (None, none);
    }
    if let Some(issue) = content::refused(bytes) {
        issues.push(issue);
        return (bytes.is_empty().then_some(0), none);
    }
    let Some(layout) = layout(name.kind, name.standard) else { return (None, none) };
    if memchr::memchr2_iter(b'\n', b'\r', bytes).nth(2 * MAX_ROWS).is_some() {
        issues.push(Issue::of_file(IssueCode::TooManyRows));
        return (None, none);
    }
    let sheet = Sheet::read(bytes.to_vec());
    let mut cells = cells::Cells::new(name, layout);
    let (n_rows, mut records) = records::read(&sheet, layout, &mut cells, issues);
    cells.finish(issues);
    if n_rows == 0 {
        issues.push(Issue::of_file(IssueCode::NoRows));
    }
    let keys = records.keys(name);
    match name.kind {
        FileKind::Sheet1 | FileKind::Supplement => twice::check(&keys, issues),
        FileKind::Sheet2 => sheet2::check(&records, issues),
        FileKind::Sheet3 => sheet3::check(&records, issues),
        FileKind::Schedule | FileKind::Actuals => sheet6::check(&records, issues),
        FileKind::Sheet7 => sheet7::check(&records, issues),
        _ => {}
    }
    let strays = relation::strays(&records, name);
    (Some(n_rows), Facts { keys: twice::without(keys), is_complete: records.is_complete && n_rows > 0, strays })
}
