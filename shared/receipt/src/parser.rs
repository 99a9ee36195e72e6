use crate::{
    Attendance, Coverage, Disease, Eligibility, Encoding, Header, IssueCode, Part, Receipt, Refusal, ServiceKind,
    SymptomDetail,
    check::{Checks, Sums},
    columns::Columns,
    coverage::read_number,
    encoding::Decoded,
    open_receipt::OpenReceipt,
    record::{Record, RecordCounts, RecordType},
};

/// A line, its place, and what its decoding showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) offset: u64,
    pub(crate) end_offset: u64,
    pub(crate) record: RecordType,
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

    /// Takes in a line after [`Parser::close_before`] had nothing to hand out.
    pub(crate) fn take(&mut self, row: Row, columns: &Columns<'_>) -> Step {
        let record = row.record.record();
        self.last_line = row.line;
        self.last_offset = row.end_offset;
        match self.state {
            _ if record == Record::Header => return self.begin_part(row, columns),
            State::Start if record == Record::Receipt => self.begin_part_without_header(row),
            State::Start | State::Refused | State::AtEnd => return Step::Next,
            State::InPart | State::InReceipt | State::AfterFooter => {}
        }
        if row.too_long {
            self.checks.issues.add(row.line, IssueCode::LineTooLong);
            return Step::Next;
        }
        if record == Record::History {
            self.checks.issues.once(row.line, IssueCode::HistoryRows);
            return Step::Next;
        }
        self.count(row, columns);
        if let Some(code) = foreign_record(record, columns) {
            self.state = State::Refused;
            self.part = Part::default();
            self.records = RecordCounts::default();
            self.checks = Checks::default();
            return Step::Refused(Refusal { line: row.line, code });
        }
        if self.state == State::AfterFooter {
            if record.n_columns().is_some() {
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
    pub(crate) fn close_before(&mut self, offset: u64, record: Record) -> Option<Step> {
        match self.state {
            State::InReceipt if matches!(record, Record::Header | Record::Receipt | Record::Footer) => {
                self.close_receipt(offset);
                Some(Step::Receipt)
            }
            State::InPart | State::AfterFooter if record == Record::Header => {
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
        self.count(row, columns);
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
    fn count(&mut self, row: Row, columns: &Columns<'_>) {
        self.records.add(row.record);
        if row.decoded.is_broken {
            self.checks.issues.add(row.line, IssueCode::BrokenBytes);
        }
        if row.decoded.is_user_defined {
            self.checks.issues.add(row.line, IssueCode::UserDefinedCharacters);
        }
        let record = row.record.record();
        match record.n_columns() {
            Some(n_columns) if columns.len() > n_columns => {
                self.checks.issues.add(row.line, IssueCode::ExtraColumns);
            }
            None if record == Record::Unknown => self.checks.issues.once(row.line, IssueCode::UnknownRecords),
            _ => {}
        }
    }

    fn record(&mut self, row: Row, record: Record, columns: &Columns<'_>) {
        let (line, offset) = (row.line, row.offset);
        match record {
            Record::Receipt => {
                self.open.begin(columns, line, offset, &mut self.checks.issues);
                self.state = State::InReceipt;
            }
            Record::Footer => {
                let before = self.sums_before();
                self.checks.footer(&mut self.part, columns, line, before);
                self.state = State::AfterFooter;
            }
            _ if self.state == State::InReceipt => self.row(line, record, columns),
            _ if record.n_columns().is_some() => self.checks.issues.add(line, IssueCode::RowOutsideReceipt),
            _ => {}
        }
    }

    /// Reads a row of the open receipt.
    fn row(&mut self, line: u64, record: Record, columns: &Columns<'_>) {
        let issues = &mut self.checks.issues;
        let receipt = &mut self.open.receipt;
        match record {
            Record::Procedure => self.open.add_service(ServiceKind::Procedure, columns, line, issues),
            Record::Drug => self.open.add_service(ServiceKind::Drug, columns, line, issues),
            Record::Device => self.open.add_service(ServiceKind::Device, columns, line, issues),
            Record::Comment => self.open.add_comment(columns, line, issues),
            Record::Disease => receipt.diseases.push(Disease::read(columns, line, issues)),
            Record::Attendance => {
                receipt.attendances.push(Attendance::read(columns, self.open.days, line, issues));
            }
            Record::CounterPayment => {
                receipt.counter_payment_class = read_number(columns, 2, 2, line, issues).map(|it| it as u8);
            }
            Record::Eligibility => receipt.eligibilities.push(Eligibility::read(columns, line, issues)),
            Record::Insurer => receipt.coverages.insert(0, Coverage::read_insurer(columns, line, issues)),
            Record::PublicPayer => {
                let position = receipt.coverages.iter().filter(|it| it.position > 0).count() as u8 + 1;
                receipt.coverages.push(Coverage::read_public(columns, position.min(5), line, issues));
            }
            Record::Unbundled => {
                receipt.unbundled_reason = read_number(columns, 2, 2, line, issues).map(|it| it as u8);
            }
            Record::SymptomDetail => receipt.symptom_details.push(SymptomDetail::read(columns, line, issues)),
            // TI, TR and TS speak of an organ donor, KH and NI of nothing a patient's history needs.
            _ => {}
        }
    }
}

/// What a record says that only files of another kind hold.
fn foreign_record(record: Record, columns: &Columns<'_>) -> Option<IssueCode> {
    match record {
        Record::Dpc => Some(IssueCode::DpcFile),
        Record::WorkersAccident => Some(IssueCode::WorkersAccidentFile),
        Record::Receipt if columns.len() == 30 => Some(IssueCode::DpcFile),
        Record::Receipt if columns.get(3).starts_with(b"3") => Some(IssueCode::DentalFile),
        Record::Receipt if columns.get(3).starts_with(b"4") => Some(IssueCode::PharmacyFile),
        _ => None,
    }
}
