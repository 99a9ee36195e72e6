mod document;
mod name;
#[cfg(test)]
mod round_trip_tests;
mod sheet;

pub use document::{Document, Record, Unwritten};
pub use name::{FileName, NameMonth, Serial};
pub use sheet::{Row, Sheet, SheetProblem};
