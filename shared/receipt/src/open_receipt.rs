use crate::{Comment, Receipt, Service, ServiceKind, columns::Columns, issue::Issues, number::Number, rows::days_of};

/// The receipt whose rows are being read, with 診療識別 and 算定単位 carried forward.
#[derive(Debug, Default)]
pub(crate) struct OpenReceipt {
    pub(crate) receipt: Receipt,
    /// The days that its month has.
    pub(crate) days: u32,
    category: u8,
    unit: u32,
    /// Index of the unit's first row in the receipt's services.
    unit_start: usize,
}

impl OpenReceipt {
    /// Begins a receipt with its RE.
    pub(crate) fn begin(&mut self, columns: &Columns<'_>, line: u64, offset: u64, issues: &mut Issues) {
        self.receipt.begin(columns, line, offset, issues);
        self.days = days_of(self.receipt.month);
        (self.category, self.unit, self.unit_start) = (0, 0, 0);
    }

    /// Adds an SI, IY or TO.
    pub(crate) fn add_service(&mut self, kind: ServiceKind, columns: &Columns<'_>, line: u64, issues: &mut Issues) {
        self.categorise(columns);
        let mut service = Service::read(kind, columns, self.days, line, issues);
        (service.category, service.unit) = (self.category, self.unit);
        let points = service.points;
        self.receipt.services.push(service);
        if points.is_some() {
            self.close_unit(kind == ServiceKind::Drug && points == Some(0));
        }
    }

    /// Adds a CO.
    pub(crate) fn add_comment(&mut self, columns: &Columns<'_>, line: u64, issues: &mut Issues) {
        self.categorise(columns);
        let comment = Comment { category: self.category, ..Comment::read(columns, line, issues) };
        self.receipt.comments.push(comment);
    }

    /// Takes the 診療識別 in column 2, which begins a unit; a blank one is carried forward.
    fn categorise(&mut self, columns: &Columns<'_>) {
        if columns.is_empty(2) {
            return;
        }
        if let Number::Value(own) = columns.number(2, 3)
            && let Ok(own) = u8::try_from(own)
        {
            self.category = own;
        }
        if self.unit_start < self.receipt.services.len() {
            self.close_unit(false);
        }
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
