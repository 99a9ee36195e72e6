//! The process a function runs in: settings, logging, events, the clock, randomness.
//!
//! **Invariant:** no other crate knows Lambda, reads the environment, the clock or random numbers.

mod aws;
mod clock;
mod logging;
mod messages;
mod notices;
mod random;
mod run;
mod sequencer;
mod settings;
mod source_address;

pub use aws::aws_config;
pub use clock::{now, today};
pub use logging::{key_hash, start_logging};
pub use messages::{each_message, each_message_in_order, messages_together};
pub use notices::{Notice, notices};
pub use random::{random_id, random_token};
pub use run::{run, serve};
pub use sequencer::Sequencer;
pub use settings::{is_clock_fixed, optional_setting, setting};
pub use source_address::source_address;
