//! Care plans from one office to another, over memory (reliability table, rows 56 to 59).

mod answers;
mod bundles;
mod calls;
mod chasing;
mod faults;
mod order;
