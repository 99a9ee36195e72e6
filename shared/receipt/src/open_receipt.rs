use crate::{
    Attendance, Comment, Coverage, Disease, Eligibility, Encoding, Receipt, Service, ServiceKind,
    columns::Columns,
    issue::Issues,
    lines::{Line, MarkedLine},
    record::RecordType,
    service::{Category, KnownHeads, days_of},
    usual::UsualRow,
};

/// The receipt whose rows are being read, with 診療識別 and 算定単位 carried forward.
#[derive(Debug, Default)]
pub(crate) struct OpenReceipt {
    pub(crate) receipt: Receipt,
    /// The days that its month has.
    pub(crate) days: u32,
    heads: KnownHeads,
    category: u8,
    unit: u32,
    /// Index of the unit's first row in the receipt's services.
    unit_start: usize,
}

impl OpenReceipt {
    /// Begins a receipt with its RE.
    pub(crate) fn begin(&mut self, columns: &Columns<'_>, line: u64, offset: u64, issues: &mut Issues) {
        self.receipt.begin(columns, line, offset, issues);
        self.begin_rows();
    }

    /// [`OpenReceipt::begin`] for usual rows.
    #[inline(always)]
    pub(crate) fn begin_usual(&mut self, row: MarkedLine<'_>, encoding: Encoding, line: Line) -> Option<()> {
        self.receipt.begin_usual(row, encoding, line.number, line.offset)?;
        self.begin_rows();
        Some(())
    }

    fn begin_rows(&mut self) {
        self.days = days_of(self.receipt.month);
        (self.category, self.unit, self.unit_start) = (0, 0, 0);
    }

    /// Adds a row of a receipt, if it is written as usual.
    #[inline(always)]
    pub(crate) fn add_usual(&mut self, record: RecordType, row: MarkedLine<'_>, line: u64) -> Option<()> {
        let receipt = &mut self.receipt;
        let texts = &mut receipt.texts;
        match &record {
            b"SI" | b"IY" | b"TO" => {
                let kind = ServiceKind::of(record)?;
                let (category, service) =
                    Service::read_usual(kind, row, self.days, line, &mut self.heads, &mut receipt.day_counts)?;
                self.add_service(category, service);
            }
            b"CO" => {
                let (category, comment) = Comment::read_usual(row, line, texts)?;
                let category = self.categorise(category);
                self.receipt.comments.push(Comment { category, ..comment });
            }
            b"SY" => receipt.diseases.push(Disease::read_usual(row, line, texts)?),
            // An insurer behind another coverage is put before it by the full reading.
            b"HO" if receipt.coverages.is_empty() => {
                receipt.coverages.push(Coverage::read_usual_insurer(row, line, texts)?);
            }
            b"SN" => receipt.eligibilities.push(Eligibility::read_usual(row, texts)?),
            b"JD" => receipt.attendances.push(Attendance::read_usual(row, self.days)?),
            b"MF" => {
                let mut columns = UsualRow::new(row)?;
                let class = columns.number(2)?.map(|it| it as u8);
                columns.only_blanks(31)?;
                receipt.counter_payment_class = class;
            }
            _ => return None,
        }
        Some(())
    }

    /// Adds a row of a service that has the category `category` of its own, or none.
    #[inline(always)]
    pub(crate) fn add_service(&mut self, category: Category, service: Service) {
        let category = self.categorise(category);
        self.receipt.services.push(Service { category, unit: self.unit, ..service });
        if service.points.is_some() {
            self.close_unit(service.kind == ServiceKind::Drug && service.points == Some(0));
        }
    }

    /// The 診療識別 of a row: its own, which begins a new unit, or the one carried forward.
    #[inline(always)]
    pub(crate) fn categorise(&mut self, category: Category) -> u8 {
        if let Category::Own(own) = category {
            self.category = own.unwrap_or(self.category);
            if self.unit_start < self.receipt.services.len() {
                self.close_unit(false);
            }
        }
        self.category
    }

    fn close_unit(&mut self, closes_with_free_drug: bool) {
        if closes_with_free_drug && matches!(self.category, 14 | 21 | 22 | 23) {
            for service in &mut self.receipt.services[self.unit_start..] {
                service.is_dispensed_outside = service.kind == ServiceKind::Drug;
            }
        }
        self.unit += 1;
        self.unit_start = self.receipt.services.len();
    }
}
