use crate::{
    Attendance, Comment, Coverage, Disease, Eligibility, Encoding, Header, IssueCode, Part, Receipt, Refusal, Service,
    ServiceKind, SymptomDetail,
    check::{Checks, Sums},
    columns::Columns,
    coverage::read_number,
    encoding::Decoded,
    lines::{Line, MarkedLine},
    open_receipt::OpenReceipt,
    record::{HISTORY, RecordCounts, RecordType, ends_receipt},
    service::Category,
};

/// The place of a line, and what its decoding would show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) end_offset: u64,
    pub(crate) too_long: bool,
    pub(crate) decoded: Decoded,
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
    records: RecordCounts,
    open: OpenReceipt,
    /// The last part and the sums over the volumes that end with it.
    volumes: Option<(Header, Sums)>,
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
            records: RecordCounts::default(),
            open: OpenReceipt::default(),
            volumes: None,
        }
    }

    pub(crate) fn header(&self) -> &Header {
        &self.part.header
    }

    pub(crate) fn receipt(&self) -> &Receipt {
        &self.open.receipt
    }

    /// Takes in a row of a receipt that is written as usual and whose bytes are all characters. Returns whether it
    /// is; if not, it is to be taken as any other line.
    #[inline(always)]
    pub(crate) fn take_usual(&mut self, record: RecordType, row: MarkedLine<'_>, line: Line) -> bool {
        let is_usual = self.state == State::InReceipt && self.open.add_usual(record, row, line.number).is_some();
        if is_usual {
            self.note(record, line);
        }
        is_usual
    }

    /// Takes in an RE that is written as usual and whose bytes are all characters. Returns whether it is; if not,
    /// it is to be taken as any other line. [`Parser::close_before`] had nothing to hand out.
    pub(crate) fn begin_usual(&mut self, record: RecordType, row: MarkedLine<'_>, line: Line) -> bool {
        let is_usual = record == *b"RE"
            && self.state == State::InPart
            && self.open.begin_usual(row, self.encoding, line).is_some();
        if is_usual {
            self.state = State::InReceipt;
            self.note(record, line);
        }
        is_usual
    }

    #[inline(always)]
    fn note(&mut self, record: RecordType, line: Line) {
        self.records.add(record);
        self.last_line = line.number;
        self.last_offset = line.end_offset;
    }

    /// Takes in a line after [`Parser::close_before`] had nothing to hand out.
    pub(crate) fn take(&mut self, row: Row, record: RecordType, columns: &Columns<'_>) -> Step {
        self.last_line = row.line;
        self.last_offset = row.end_offset;
        match self.state {
            _ if record == *b"IR" => return self.begin_part(row, columns),
            State::Start if record == *b"RE" => self.begin_part_without_header(row),
            State::Start | State::Refused | State::AtEnd => return Step::Next,
            State::InPart | State::InReceipt | State::AfterFooter => {}
        }
        if row.too_long {
            self.checks.issues.add(row.line, IssueCode::LineTooLong);
            return Step::Next;
        }
        if record == HISTORY {
            self.checks.issues.once(row.line, IssueCode::HistoryRows);
            return Step::Next;
        }
        self.count(row, record, columns);
        if let Some(code) = foreign_record(record, columns) {
            self.state = State::Refused;
            self.part = Part::default();
            self.records = RecordCounts::default();
            self.checks = Checks::default();
            return Step::Refused(Refusal { line: row.line, code });
        }
        if self.state == State::AfterFooter {
            if layout_columns(record).is_some() {
                self.checks.issues.once(row.line, IssueCode::RecordsAfterFooter);
            }
            return Step::Next;
        }
        self.record(row, record, columns);
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
            // Neither IR nor RE: records of somebody else's, such as UK alone.
            State::Start => {
                self.state = State::AtEnd;
                Some(Step::Refused(Refusal { line: self.last_line.max(1), code: IssueCode::HeaderMissing }))
            }
            State::Refused | State::AtEnd => None,
        }
    }

    /// Hands out the receipt or the part that ends where a line begins, at `offset`; the
    /// line is then to be given again.
    pub(crate) fn close_before(&mut self, offset: u64, record: RecordType) -> Option<Step> {
        match self.state {
            State::InReceipt if ends_receipt(record) => {
                self.close_receipt(offset);
                Some(Step::Receipt)
            }
            State::InPart | State::AfterFooter if record == *b"IR" => {
                let part = self.close_part();
                self.state = State::Refused;
                Some(Step::Part(part))
            }
            _ => None,
        }
    }

    fn close_receipt(&mut self, end_offset: u64) {
        let receipt = &mut self.open.receipt;
        receipt.size_bytes = end_offset - receipt.offset;
        self.checks.receipt(&mut self.part, receipt);
        self.state = State::InPart;
    }

    fn close_part(&mut self) -> Box<Part> {
        if self.state != State::AfterFooter {
            self.checks.issues.add(self.last_line, IssueCode::FooterMissing);
        }
        let before = self.sums_before();
        let mut part = std::mem::take(&mut self.part);
        part.records = std::mem::take(&mut self.records).by_type();
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
        self.records = RecordCounts::default();
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
        self.count(row, *b"IR", columns);
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
    fn count(&mut self, row: Row, record: RecordType, columns: &Columns<'_>) {
        self.records.add(record);
        if row.decoded.is_broken {
            self.checks.issues.add(row.line, IssueCode::BrokenBytes);
        }
        if row.decoded.is_user_defined {
            self.checks.issues.add(row.line, IssueCode::UserDefinedCharacters);
        }
        match layout_columns(record) {
            Some(n_columns) if columns.len() > n_columns => {
                self.checks.issues.add(row.line, IssueCode::ExtraColumns);
            }
            None if !is_known(record) => self.checks.issues.once(row.line, IssueCode::UnknownRecords),
            _ => {}
        }
    }

    fn record(&mut self, row: Row, record: RecordType, columns: &Columns<'_>) {
        let (line, offset) = (row.line, row.offset);
        let issues = &mut self.checks.issues;
        match &record {
            b"RE" => {
                self.open.begin(columns, line, offset, issues);
                self.state = State::InReceipt;
                return;
            }
            b"GO" => {
                let before = self.sums_before();
                self.checks.footer(&mut self.part, columns, line, before);
                self.state = State::AfterFooter;
                return;
            }
            _ if self.state != State::InReceipt => {
                if layout_columns(record).is_some() {
                    issues.add(line, IssueCode::RowOutsideReceipt);
                }
                return;
            }
            _ => {}
        }
        if let Some(kind) = ServiceKind::of(record) {
            let (days, counts) = (self.open.days, &mut self.open.receipt.day_counts);
            let service = Service::read(kind, columns, days, line, counts, issues);
            self.open.add_service(Category::read(columns), service);
            return;
        }
        if record == *b"CO" {
            let category = self.open.categorise(Category::read(columns));
            let OpenReceipt { receipt, .. } = &mut self.open;
            receipt.comments.push(Comment::read(columns, category, line, &mut receipt.texts, issues));
            return;
        }
        let receipt = &mut self.open.receipt;
        let texts = &mut receipt.texts;
        match &record {
            b"SY" => receipt.diseases.push(Disease::read(columns, line, texts, issues)),
            b"HO" => receipt.coverages.insert(0, Coverage::read_insurer(columns, line, texts, issues)),
            b"KO" => {
                let position = receipt.coverages.iter().filter(|it| it.position > 0).count() as u8 + 1;
                receipt.coverages.push(Coverage::read_public(columns, position.min(5), line, texts, issues));
            }
            b"SN" => receipt.eligibilities.push(Eligibility::read(columns, line, texts, issues)),
            b"JD" => receipt.attendances.push(Attendance::read(columns, self.open.days, line, issues)),
            b"MF" => receipt.counter_payment_class = read_number(columns, 2, 2, line, issues).map(|it| it as u8),
            b"GR" => receipt.unbundled_reason = read_number(columns, 2, 2, line, issues).map(|it| it as u8),
            b"SJ" => receipt.symptom_details.push(SymptomDetail::read(columns, line, texts, issues)),
            // TI, TR and TS speak of an organ donor, KH and NI of nothing a patient's history needs.
            _ => {}
        }
    }
}

/// How many columns the layout gives a record of a claim; `None` for any other.
fn layout_columns(record: RecordType) -> Option<usize> {
    Some(match &record {
        b"IR" => 10,
        b"RE" => 38,
        b"HO" => 15,
        b"KO" => 12,
        b"SN" => 9,
        b"JD" | b"MF" => 33,
        b"GR" | b"SJ" => 3,
        b"SY" => 8,
        b"SI" | b"IY" => 44,
        b"TO" => 48,
        b"CO" | b"TS" => 5,
        b"TI" => 10,
        b"TR" => 18,
        b"GO" => 4,
        _ => return None,
    })
}

/// Records outside the layout that have a meaning: removed ones, and those of claims sent back.
fn is_known(record: RecordType) -> bool {
    matches!(
        &record,
        b"KH"
            | b"NI"
            | b"UK"
            | b"HR"
            | b"JY"
            | b"EX"
            | b"RC"
            | b"MD"
            | b"MN"
            | b"HG"
            | b"HI"
            | b"ON"
            | b"RT"
            | b"JR"
            | b"MK"
    )
}

/// What a record says that only files of another kind hold.
fn foreign_record(record: RecordType, columns: &Columns<'_>) -> Option<IssueCode> {
    match &record {
        b"BU" | b"SB" | b"KK" | b"SK" | b"GA" | b"HH" | b"GT" | b"BT" => Some(IssueCode::DpcFile),
        b"RE" if columns.len() == 30 => Some(IssueCode::DpcFile),
        b"RE" if columns.get(3).starts_with(b"3") => Some(IssueCode::DentalFile),
        b"RE" if columns.get(3).starts_with(b"4") => Some(IssueCode::PharmacyFile),
        b"RR" | b"RS" => Some(IssueCode::WorkersAccidentFile),
        _ => None,
    }
}
