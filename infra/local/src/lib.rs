//! The local stack: the pinned AWS emulator, the deployment of our template to it, and stand-ins for what
//! the emulator has not: LINE and SMS.
//!
//! For `kayoi up` and the emulator suite; no function depends on it. What the emulator does not
//! enforce (permissions, encryption, time zones of schedules, TTL set by a template) is not proven
//! by a green run.

mod build;
mod changes;
mod emulator;
mod environment;
mod stack;
mod stand_in;

pub use build::{build_functions, zip_bootstrap};
pub use changes::Changes;
pub use emulator::{Emulator, Options};
pub use stack::Outputs;
pub use stand_in::{Accepted, Fault, LineStandIn, SmsStandIn};

/// The region the emulator stands for.
pub const REGION: &str = "ap-northeast-1";

/// The access key to use with it, as id and as secret. Another one of 12 digits would be another
/// account, whose resources nobody here sees.
pub const ACCESS_KEY: &str = "test";
