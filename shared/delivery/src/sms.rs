mod gsm;
mod number;
mod parts;
mod price;

pub use number::{NumberProblem, SmsNumber};
pub use parts::{Encoding, SmsParts, TooLong, sms_parts, split_sms};
pub use price::MilliYen;
