use encoding_rs::SHIFT_JIS;

use super::{types::ServiceTypes, values};
use crate::{
    FileKind, FileName, Form, Issue, IssueCode, Issues, Item, Layout, NameMonth, Need, OfficeNumber, Row, Standard,
    has_insurer_check_digit,
};

/// Checks the cells of a file, each by itself.
///
/// A cell with the bytes of one above it that was fine is fine too: most cells of a month's table repeat
/// what stands above them.
pub(super) struct Cells<'a> {
    name: &'a FileName,
    layout: &'static Layout,
    /// By column, the last cell that was fine.
    fine: Vec<&'a [u8]>,
    /// CSVバージョン of the first row.
    version: Option<&'a [u8]>,
    types: ServiceTypes,
    /// Line and item of the first free text without quotes.
    first_unquoted: Option<(u64, usize)>,
    n_unquoted: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn new(name: &'a FileName, layout: &'static Layout) -> Self {
        Self {
            name,
            layout,
            fine: vec![&[]; layout.items.len()],
            version: None,
            types: ServiceTypes::default(),
            first_unquoted: None,
            n_unquoted: 0,
        }
    }

    /// Checks a row that has all its columns.
    pub(super) fn check_row(&mut self, row: Row<'a>, issues: &mut Issues) {
        for (column, item) in self.layout.items.iter().enumerate() {
            let cell = row.raw(column).unwrap_or_default();
            if cell.is_empty() {
                if let Some(code) = self.missing(item) {
                    issues.push(Issue::of_item(row.line(), self.layout, item.number, code));
                }
                continue;
            }
            if item.form == Form::Text && !row.is_quoted(column) {
                self.n_unquoted += 1;
                self.first_unquoted.get_or_insert((row.line(), item.number));
            }
            if self.fine[column] == cell {
                continue;
            }
            match self.fault(cell, item) {
                None => self.fine[column] = cell,
                Some(Fault { code, facts }) => {
                    let issue = Issue::of_item(row.line(), self.layout, item.number, code);
                    issues.push(if facts.is_empty() { issue } else { issue.with_facts(&facts) });
                }
            }
        }
    }

    /// Adds what is told once a file.
    pub(super) fn finish(self, issues: &mut Issues) {
        if let Some((line, number)) = self.first_unquoted {
            let issue = Issue::of_item(line, self.layout, number, IssueCode::TextUnquoted);
            issues.push(issue.with_facts(&format!("全部で{}か所", self.n_unquoted)));
        }
    }

    fn missing(&self, item: &Item) -> Option<IssueCode> {
        match item.need {
            Need::Required => Some(IssueCode::RequiredMissing),
            Need::LikelyRequired => Some(IssueCode::LikelyRequiredMissing),
            Need::Optional => (self.layout.kind == FileKind::Sheet2 && item.form == Form::Number)
                .then_some(IssueCode::OrderNumberMissing),
        }
    }

    fn fault(&mut self, cell: &'a [u8], item: &Item) -> Option<Fault> {
        let n_characters = match count_characters(cell) {
            Ok(n_characters) => n_characters,
            Err(code) => return Some(code.into()),
        };
        if let Some(max_length) = item.max_length.filter(|it| n_characters > *it) {
            let facts = format!("最大{max_length}文字のところ{n_characters}文字");
            return Some(Fault { code: IssueCode::TooLong, facts });
        }
        self.fault_of_form(cell, &item.form).map(Fault::from)
    }

    fn fault_of_form(&mut self, cell: &'a [u8], form: &Form) -> Option<IssueCode> {
        let unless = |is_fine: bool, code| (!is_fine).then_some(code);
        match form {
            Form::Version => self.fault_of_version(cell),
            Form::Insurer if !values::is_insurer(cell) => Some(IssueCode::InsurerMalformed),
            Form::Insurer => unless(text(cell).is_some_and(has_insurer_check_digit), IssueCode::InsurerCheckDigit),
            Form::Insured => match values::InsuredNumber::of(cell) {
                values::InsuredNumber::Full => None,
                values::InsuredNumber::NineDigits => Some(IssueCode::InsuredNineDigits),
                values::InsuredNumber::Malformed => Some(IssueCode::InsuredMalformed),
            },
            Form::PlanDate => match (self.name.month, cell == b"00000000") {
                (Some(NameMonth::Of(_)), is_zero) => unless(is_zero, IssueCode::SupplementMode),
                (_, true) => Some(IssueCode::SupplementMode),
                (_, false) => unless(values::read_date(cell).is_some(), IssueCode::DateInvalid),
            },
            Form::TargetMonth => match (self.name.month, cell == b"000000") {
                (Some(NameMonth::OfPlan), is_zero) => unless(is_zero, IssueCode::SupplementMode),
                (_, true) => Some(IssueCode::SupplementMode),
                (_, false) => self.fault_of_month(cell),
            },
            Form::Date => unless(values::read_date(cell).is_some(), IssueCode::DateInvalid),
            Form::Month => self.fault_of_month(cell),
            Form::Text | Form::Unused => None,
            Form::Postcode => unless(values::is_postcode(cell), IssueCode::PostcodeMalformed),
            Form::Phone | Form::Letters => unless(cell.is_ascii(), IssueCode::NotHalfWidth),
            Form::Code(table) => {
                unless(text(cell).is_some_and(|it| table.name_of(it).is_some()), IssueCode::CodeUnknown)
            }
            Form::OneOf(codes) => unless(codes.iter().any(|it| it.as_bytes() == cell), IssueCode::CodeUnknown),
            Form::Office => match text(cell).and_then(OfficeNumber::new) {
                None => Some(IssueCode::OfficeMalformed),
                Some(office) => unless(office.has_check_digit(), IssueCode::OfficeCheckDigit),
            },
            Form::ServiceType => self.types.fault(cell, IssueCode::ServiceTypeMalformed, false),
            Form::ServiceCode if !values::is_service_code(cell) => Some(IssueCode::ServiceCodeMalformed),
            Form::ServiceCode if cell == super::TOTAL_CODE && self.layout.kind == FileKind::Sheet7 => None,
            Form::ServiceCode => self.types.fault(&cell[..2], IssueCode::ServiceCodeMalformed, true),
            Form::Time => unless(values::is_time(cell), IssueCode::TimeInvalid),
            Form::TimeOrNone => unless(values::is_time(cell) || cell == b"9999", IssueCode::TimeInvalid),
            Form::Days => unless(values::is_days(cell), IssueCode::DaysMalformed),
            Form::Decimal => unless(values::is_decimal(cell), IssueCode::NumberMalformed),
            Form::Integer => unless(values::read_integer(cell).is_some(), IssueCode::NumberMalformed),
            Form::Number => unless(values::read_number(cell).is_some(), IssueCode::OrderNumberMalformed),
        }
    }

    /// Whether the month is one, and that of the name where the name tells one.
    fn fault_of_month(&self, cell: &[u8]) -> Option<IssueCode> {
        let Some(month) = values::read_month(cell) else { return Some(IssueCode::MonthInvalid) };
        match self.name.month {
            Some(NameMonth::Of(named)) if named != month => Some(IssueCode::MonthNotOfName),
            _ => None,
        }
    }

    /// What is wrong with a version by itself is told at the first row alone.
    fn fault_of_version(&mut self, cell: &'a [u8]) -> Option<IssueCode> {
        if values::read_month(cell).is_none() {
            return Some(IssueCode::VersionMalformed);
        }
        if let Some(first) = self.version {
            return (first != cell).then_some(IssueCode::VersionMixed);
        }
        self.version = Some(cell);
        match text(cell).and_then(Standard::of_csv_version) {
            None => Some(IssueCode::VersionUnknown),
            Some(standard) => (standard != self.name.standard).then_some(IssueCode::VersionNotOfName),
        }
    }
}

/// What is wrong with a cell.
struct Fault {
    code: IssueCode,
    /// Counts, if any.
    facts: String,
}

impl From<IssueCode> for Fault {
    fn from(code: IssueCode) -> Self {
        Self { code, facts: String::new() }
    }
}

/// How many characters a cell has, if all of them are such as another office can read.
fn count_characters(cell: &[u8]) -> Result<usize, IssueCode> {
    if cell.is_ascii() {
        let has_control = cell.iter().any(|it| is_unwanted(char::from(*it)));
        return if has_control { Err(IssueCode::ControlCharacter) } else { Ok(cell.len()) };
    }
    let Some(text) = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell) else {
        return Err(IssueCode::CharacterUnreadable);
    };
    let mut n_characters = 0;
    for character in text.chars() {
        if matches!(character, '\u{E000}'..='\u{F8FF}') {
            return Err(IssueCode::Gaiji);
        }
        if is_unwanted(character) {
            return Err(IssueCode::ControlCharacter);
        }
        n_characters += 1;
    }
    Ok(n_characters)
}

fn is_unwanted(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}

/// ASCII as text; `None` for anything else, which no code and no number has.
fn text(cell: &[u8]) -> Option<&str> {
    cell.is_ascii().then(|| str::from_utf8(cell).ok()).flatten()
}
