use super::{
    Key,
    cells::Cells,
    values::{self, User},
};
use crate::{FileKind, FileName, Issue, IssueCode, Issues, Layout, NameMonth, Row, Sheet, SheetProblem};

/// The records of a file whose cells stand where they should, in the order of their users and then of the
/// file.
pub(super) struct Records<'a> {
    pub(super) layout: &'static Layout,
    rows: Vec<UserRow<'a>>,
    /// Whether no record was left out and all of them tell their user and their period.
    pub(super) is_complete: bool,
}

/// A record and whose it is, if it tells.
#[derive(Clone, Copy)]
struct UserRow<'a> {
    user: Option<User>,
    row: Row<'a>,
}

/// The columns of 保険者番号 and 被保険者番号 in every layout.
const USER_COLUMNS: [usize; 2] = [1, 2];

/// Checks the rows of a sheet one by one. Returns how many records there are, and those that can be
/// checked against each other.
pub(super) fn read<'a>(
    sheet: &'a Sheet,
    layout: &'static Layout,
    cells: &mut Cells<'a>,
    issues: &mut Issues,
) -> (u64, Records<'a>) {
    let misquoted = misquoted_lines(sheet, issues);
    let mut records = Records { layout, rows: Vec::new(), is_complete: true };
    let mut n_rows = 0;
    let mut first_blank = None;
    for row in sheet.rows() {
        if row.is_blank() {
            first_blank.get_or_insert(row.line());
            continue;
        }
        n_rows += 1;
        if let Some(line) = first_blank.take() {
            issues.push(Issue::of_row(line, IssueCode::BlankLine));
        }
        if misquoted.binary_search(&row.line()).is_ok() {
            records.is_complete = false;
            continue;
        }
        if row.n_cells() != layout.items.len() {
            let facts = format!("{}項目のところ{}項目", layout.items.len(), row.n_cells());
            issues.push(Issue::of_row(row.line(), IssueCode::ColumnCount).with_facts(&facts));
            records.is_complete = false;
            continue;
        }
        cells.check_row(row, issues);
        let [insurer, insured] = USER_COLUMNS.map(|it| row.raw(it).unwrap_or_default());
        records.rows.push(UserRow { user: User::new(insurer, insured), row });
    }
    records.rows.sort_by_key(|it| it.user);
    (n_rows, records)
}

/// Tells what is wrong with the quotes. Returns the lines of the records, whose cells cannot be trusted.
fn misquoted_lines(sheet: &Sheet, issues: &mut Issues) -> Vec<u64> {
    let mut lines = Vec::new();
    for (line, problem) in sheet.problems() {
        let code = match problem {
            SheetProblem::QuoteOpen => IssueCode::QuoteOpen,
            SheetProblem::QuoteMisplaced => IssueCode::QuoteMisplaced,
        };
        issues.push(Issue::of_row(*line, code));
        lines.push(*line);
    }
    lines
}

impl<'a> Records<'a> {
    /// All of them.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.rows.iter().map(|it| it.row)
    }

    /// Those of each user together, in the order of the file.
    pub(super) fn by_user(&self) -> impl Iterator<Item = Vec<Row<'a>>> {
        let known = &self.rows[self.rows.partition_point(|it| it.user.is_none())..];
        known.chunk_by(|one, other| one.user == other.user).map(|rows| rows.iter().map(|it| it.row).collect())
    }

    /// The bytes of the item with `number`; none where this version lacks it.
    pub(super) fn cell(&self, row: Row<'a>, number: usize) -> &'a [u8] {
        self.layout.column_of(number).and_then(|it| row.raw(it)).unwrap_or_default()
    }

    /// The issue `code` of the item with `number`.
    pub(super) fn issue(&self, row: Row<'a>, number: usize, code: IssueCode) -> Issue {
        Issue::of_item(row.line(), self.layout, number, code)
    }

    /// What each record is about, in order; nothing for kinds that are compared with no other.
    pub(super) fn keys(&mut self, name: &FileName) -> Vec<Key> {
        if !matches!(
            name.kind,
            FileKind::Supplement
                | FileKind::Sheet1
                | FileKind::Sheet2
                | FileKind::Sheet3
                | FileKind::Schedule
                | FileKind::Sheet7
        ) {
            return Vec::new();
        }
        let key =
            |it: &UserRow<'a>| Some(Key { user: it.user?, period: self.period(it.row, name)?, line: it.row.line() });
        let mut keys: Vec<Key> = self.rows.iter().filter_map(key).collect();
        self.is_complete &= keys.len() == self.rows.len();
        keys.sort_unstable();
        keys
    }

    fn period(&self, row: Row<'a>, name: &FileName) -> Option<u32> {
        let date = |number| values::read_date(self.cell(row, number));
        let month = |number| values::read_month(self.cell(row, number)).map(|it| it.packed());
        match (name.kind, name.month) {
            (FileKind::Supplement, Some(NameMonth::Of(named))) => match self.cell(row, 63) {
                b"" => Some(named.packed()),
                _ => month(63),
            },
            (FileKind::Supplement, _) => date(4),
            // 計画作成（変更）日 is only likely to be there.
            (FileKind::Sheet1, _) => date(if self.cell(row, 14).is_empty() { 4 } else { 14 }),
            (FileKind::Sheet2 | FileKind::Sheet3, _) => date(5),
            _ => month(5),
        }
    }
}
