//! LINE and SMS for the local stack and for tests: on loopback, each with a ledger of what it accepted.

mod fault;
mod http;
mod ledger;
mod line;
mod line_answers;
mod server;
mod sms;
#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use ledger::Accepted;
pub use line::LineStandIn;
pub use sms::SmsStandIn;
