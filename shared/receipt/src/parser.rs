use crate::{
    Comment, Coverage, Disease, Eligibility, Encoding, Header, IssueCode, Part, Receipt, Refusal, Service, ServiceKind,
    SymptomDetail,
    check::{Checks, Sums},
    columns::Columns,
    coverage::read_number,
};

/// A line's place and what its decoding showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) end_offset: u64,
    pub(crate) too_long: bool,
    pub(crate) is_broken: bool,
    pub(crate) is_user_defined: bool,
}

/// What a line leads to.
pub(crate) enum Step {
    Next,
    /// The receipt before the line is whole; the line must be taken again.
    Receipt,
    /// The part before the line is whole; the line must be taken again.
    Part(Box<Part>),
    Refused(Refusal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first IR.
    Start,
    /// Behind the IR of a part that was refused.
    Refused,
    /// Between an IR and its first RE, or behind a receipt.
    InPart,
    InReceipt,
    /// Behind GO.
    AfterFooter,
    AtEnd,
}

/// The records of a file, one after the other, become receipts and parts.
pub(crate) struct Parser {
    encoding: Encoding,
    state: State,
    last_line: u64,
    last_offset: u64,
    n_parts: u32,
    part: Part,
    checks: Checks,
    receipt: Receipt,
    unit: Unit,
    /// The last part and the sums over the volumes that end with it.
    volumes: Option<(Header, Sums)>,
}

/// 診療識別 and 算定単位 while a receipt's rows are read.
#[derive(Debug, Clone, Copy, Default)]
struct Unit {
    category: u8,
    number: u32,
    /// Index of the unit's first row in the receipt's services.
    start: usize,
}

impl Parser {
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            state: State::Start,
            last_line: 0,
            last_offset: 0,
            n_parts: 0,
            part: Part::default(),
            checks: Checks::default(),
            receipt: Receipt::default(),
            unit: Unit::default(),
            volumes: None,
        }
    }

    pub(crate) fn header(&self) -> &Header {
        &self.part.header
    }

    pub(crate) fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    pub(crate) fn take(&mut self, row: Row, columns: Columns<'_>) -> Step {
        let id = columns.get(1);
        if let Some(step) = self.close_before(row, id) {
            return step;
        }
        self.last_line = row.line;
        self.last_offset = row.end_offset;
        match self.state {
            _ if id == "IR" => return self.begin_part(row, &columns),
            State::Start if id == "RE" => self.begin_part_without_header(row),
            State::Start | State::Refused | State::AtEnd => return Step::Next,
            State::InPart | State::InReceipt | State::AfterFooter => {}
        }
        if row.too_long {
            self.checks.issues.add(row.line, IssueCode::LineTooLong);
            return Step::Next;
        }
        // Rows that a payer put before a claim made again begin with three numbers.
        if !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit()) {
            self.checks.issues.once(row.line, IssueCode::HistoryRows);
            return Step::Next;
        }
        self.count(row, id, &columns);
        if let Some(code) = foreign_record(id, &columns) {
            self.state = State::Refused;
            self.part = Part::default();
            self.checks = Checks::default();
            return Step::Refused(Refusal { line: row.line, code });
        }
        if self.state == State::AfterFooter {
            if layout_columns(id).is_some() {
                self.checks.issues.once(row.line, IssueCode::RecordsAfterFooter);
            }
            return Step::Next;
        }
        self.record(row.line, row.offset, id, &columns);
        Step::Next
    }

    /// What is left when the lines are at their end.
    pub(crate) fn end(&mut self) -> Option<Step> {
        match self.state {
            State::InReceipt => {
                self.close_receipt(self.last_offset);
                Some(Step::Receipt)
            }
            State::InPart | State::AfterFooter => {
                let part = self.close_part();
                self.state = State::AtEnd;
                Some(Step::Part(part))
            }
            State::Start | State::Refused | State::AtEnd => None,
        }
    }

    /// Hands out the receipt or the part that ends where a line begins.
    fn close_before(&mut self, row: Row, id: &str) -> Option<Step> {
        match self.state {
            State::InReceipt if matches!(id, "IR" | "RE" | "GO") => {
                self.close_receipt(row.offset);
                Some(Step::Receipt)
            }
            State::InPart | State::AfterFooter if id == "IR" => {
                let part = self.close_part();
                self.state = State::Refused;
                Some(Step::Part(part))
            }
            _ => None,
        }
    }

    fn close_receipt(&mut self, end_offset: u64) {
        self.receipt.size_bytes = end_offset - self.receipt.offset;
        self.checks.receipt(&mut self.part, &self.receipt);
        self.state = State::InPart;
    }

    fn close_part(&mut self) -> Box<Part> {
        if self.state != State::AfterFooter {
            self.checks.issues.add(self.last_line, IssueCode::FooterMissing);
        }
        let before = self.sums_before();
        let mut part = std::mem::take(&mut self.part);
        std::mem::take(&mut self.checks).finish(&mut part, self.last_line);
        self.volumes = before.map(|before| (part.header.clone(), before.plus(part.sums())));
        Box::new(part)
    }

    /// What the volumes before this part count; `None` when they do not all stand before it in the
    /// file.
    fn sums_before(&self) -> Option<Sums> {
        let header = &self.part.header;
        if header.volume <= 1 {
            return Some(Sums::default());
        }
        let (last, sums) = self.volumes.as_ref()?;
        let follows = last.volume + 1 == header.volume
            && (last.payer, last.clinic_code, last.claim_month)
                == (header.payer, header.clinic_code, header.claim_month);
        follows.then_some(*sums)
    }

    fn begin_part(&mut self, row: Row, columns: &Columns<'_>) -> Step {
        self.n_parts += 1;
        self.part = Part { number: self.n_parts, ..Part::default() };
        self.checks = Checks::default();
        match Header::read(columns, row.line, &mut self.checks.issues) {
            Ok(header) => self.part.header = header,
            Err(code) => {
                self.state = State::Refused;
                return Step::Refused(Refusal { line: row.line, code });
            }
        }
        match self.encoding {
            Encoding::Cp932 => {}
            Encoding::Utf8 => self.checks.issues.add(row.line, IssueCode::Utf8File),
            Encoding::EucJp => self.checks.issues.add(row.line, IssueCode::EucJpFile),
        }
        self.count(row, "IR", columns);
        self.state = State::InPart;
        Step::Next
    }

    fn begin_part_without_header(&mut self, row: Row) {
        self.n_parts += 1;
        self.part.number = self.n_parts;
        self.part.header.line = row.line;
        self.checks.issues.add(row.line, IssueCode::HeaderMissing);
        self.state = State::InPart;
    }

    /// Counts a record and reports what its line shows before its columns are read.
    fn count(&mut self, row: Row, id: &str, columns: &Columns<'_>) {
        let is_type = id.len() == 2 && id.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
        let id = if is_type { id } else { "?" };
        match self.part.records.get_mut(id) {
            Some(count) => *count += 1,
            None => {
                self.part.records.insert(id.to_owned(), 1);
            }
        }
        if row.is_broken {
            self.checks.issues.add(row.line, IssueCode::BrokenBytes);
        }
        if row.is_user_defined {
            self.checks.issues.add(row.line, IssueCode::UserDefinedCharacters);
        }
        match layout_columns(id) {
            Some(n_columns) if columns.len() > n_columns => {
                self.checks.issues.add(row.line, IssueCode::ExtraColumns);
            }
            None if !is_known(id) => self.checks.issues.once(row.line, IssueCode::UnknownRecords),
            _ => {}
        }
    }

    fn record(&mut self, line: u64, offset: u64, id: &str, columns: &Columns<'_>) {
        let issues = &mut self.checks.issues;
        match id {
            "RE" => {
                self.receipt.begin(columns, line, offset, issues);
                self.unit = Unit::default();
                self.state = State::InReceipt;
                return;
            }
            "GO" => {
                let before = self.sums_before();
                self.checks.footer(&mut self.part, columns, line, before);
                self.state = State::AfterFooter;
                return;
            }
            _ if self.state != State::InReceipt => {
                if layout_columns(id).is_some() {
                    issues.add(line, IssueCode::RowOutsideReceipt);
                }
                return;
            }
            _ => {}
        }
        let receipt = &mut self.receipt;
        match id {
            "SI" => self.service(ServiceKind::Procedure, columns, line),
            "IY" => self.service(ServiceKind::Drug, columns, line),
            "TO" => self.service(ServiceKind::Device, columns, line),
            "CO" => {
                let mut comment = Comment::read(columns, line, issues);
                comment.category = self.categorise(columns);
                self.receipt.comments.push(comment);
            }
            "SY" => receipt.diseases.push(Disease::read(columns, line, issues)),
            "HO" => receipt.coverages.insert(0, Coverage::read_insurer(columns, line, issues)),
            "KO" => {
                let position = receipt.coverages.iter().filter(|it| it.position > 0).count() as u8 + 1;
                receipt.coverages.push(Coverage::read_public(columns, position.min(5), line, issues));
            }
            "SN" => receipt.eligibilities.push(Eligibility::read(columns, line, issues)),
            "JD" => receipt.attend(columns, line, issues),
            "MF" => receipt.counter_payment_class = read_number(columns, 2, 2, line, issues).map(|it| it as u8),
            "GR" => receipt.unbundled_reason = read_number(columns, 2, 2, line, issues).map(|it| it as u8),
            "SJ" => receipt.symptom_details.push(SymptomDetail::read(columns, line, issues)),
            // TI, TR and TS speak of an organ donor, KH and NI of nothing a patient's history needs.
            _ => {}
        }
    }

    fn service(&mut self, kind: ServiceKind, columns: &Columns<'_>, line: u64) {
        let mut service = Service::read(kind, columns, self.receipt.month, line, &mut self.checks.issues);
        service.category = self.categorise(columns);
        service.unit = self.unit.number;
        let points = service.points;
        self.receipt.services.push(service);
        if points.is_some() {
            self.close_unit(kind == ServiceKind::Drug && points == Some(0));
        }
    }

    /// The 診療識別 of a row: its own, which begins a new unit, or the one carried forward.
    fn categorise(&mut self, columns: &Columns<'_>) -> u8 {
        if !columns.is_empty(2) {
            if let Ok(category) = columns.get(2).parse() {
                self.unit.category = category;
            }
            if self.unit.start < self.receipt.services.len() {
                self.close_unit(false);
            }
        }
        self.unit.category
    }

    fn close_unit(&mut self, closes_with_free_drug: bool) {
        if closes_with_free_drug && matches!(self.unit.category, 14 | 21 | 22 | 23) {
            for service in &mut self.receipt.services[self.unit.start..] {
                service.is_dispensed_outside = service.kind == ServiceKind::Drug;
            }
        }
        self.unit.number += 1;
        self.unit.start = self.receipt.services.len();
    }
}

/// How many columns the layout gives a record of a claim; `None` for any other.
fn layout_columns(id: &str) -> Option<usize> {
    Some(match id {
        "IR" => 10,
        "RE" => 38,
        "HO" => 15,
        "KO" => 12,
        "SN" => 9,
        "JD" | "MF" => 33,
        "GR" | "SJ" => 3,
        "SY" => 8,
        "SI" | "IY" => 44,
        "TO" => 48,
        "CO" | "TS" => 5,
        "TI" => 10,
        "TR" => 18,
        "GO" => 4,
        _ => return None,
    })
}

/// Records outside the layout that have a meaning: removed ones, and those of claims sent back.
fn is_known(id: &str) -> bool {
    matches!(id, "KH" | "NI" | "UK" | "HR" | "JY" | "EX" | "RC" | "MD" | "MN" | "HG" | "HI" | "ON" | "RT" | "JR" | "MK")
}

/// What a record says that only files of another kind hold.
fn foreign_record(id: &str, columns: &Columns<'_>) -> Option<IssueCode> {
    match id {
        "BU" | "SB" | "KK" | "SK" | "GA" | "HH" | "GT" | "BT" => Some(IssueCode::DpcFile),
        "RE" if columns.len() == 30 => Some(IssueCode::DpcFile),
        "RE" if columns.get(3).starts_with('3') => Some(IssueCode::DentalFile),
        "RE" if columns.get(3).starts_with('4') => Some(IssueCode::PharmacyFile),
        "RR" | "RS" => Some(IssueCode::WorkersAccidentFile),
        _ => None,
    }
}
