//! Messages to patients: what may be sent to whom, and that it is sent once (`sending.md`).
//!
//! ```text
//! MessageKey ──MessageId::of──▶ OutboxRow ──step(row, event, now, limits)──▶ row after, effects
//! ```
//!
//! **Invariant:** the state of a message changes in `step` alone. Handlers, the memory back end and the
//! model that looks at every order of events (`tests/model.rs`) all call it; none has a rule of its own.
//!
//! **Invariant:** everything here is a function of its arguments. Dates and moments come in as such.

mod message_id;

pub use message_id::MessageId;
