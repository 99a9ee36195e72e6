use crate::{
    Receipt, Service, ServiceKind,
    columns::Columns,
    issue::Issues,
    service::{Category, days_of},
};

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
