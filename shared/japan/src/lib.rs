//! What every Japanese form has: months, dates in both calendars, and text that is written in
//! several widths.
//!
//! **Invariant:** nothing here knows what day it is; dates come in as arguments.

mod date;
mod encoding;
mod fold;
mod month;
mod span;

pub use date::{parse_any_date, parse_claim_date, parse_claim_month};
pub use encoding::{Unwritable, to_cp932};
pub use fold::{fold, fold_name};
pub use month::{Month, MonthError};
pub use span::{Span, SpanError};
