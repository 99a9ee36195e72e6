use std::collections::BTreeSet;

use japan::Month;

/// What the files can know of drugs: a clinic that prescribes outside names its drugs in 点検用 files
/// alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Medication {
    /// Months of treatment with receipts of 点検用.
    pub(crate) inspected: BTreeSet<Month>,
    /// Months of treatment with a 処方箋料.
    pub(crate) prescribed_outside: BTreeSet<Month>,
}

impl Medication {
    /// Whether a drug that was not found from `first` to `last` may have been prescribed all the same.
    pub(crate) fn is_unknown(&self, first: Month, last: Month) -> bool {
        self.prescribed_outside.range(first..=last).any(|it| !self.inspected.contains(it))
    }
}
