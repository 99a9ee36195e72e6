//! The command line of Kayoi: the work of the functions by hand, and the local stack.
//!
//! **Invariant:** standard output holds data alone; what is said to people goes to standard error, in
//! Japanese, and quotes no patient.

mod cli;
mod deliveries;
pub mod demo;
mod demo_command;
mod dropouts;
mod output;
mod plans;
mod receipts;
#[cfg(test)]
mod test_run;
mod up;
mod upload;
mod usage;

pub use cli::run;
pub use output::{Exit, Output};
