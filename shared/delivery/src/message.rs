use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::MessageId;

/// A message between functions. A queue outlives a deployment, so each carries its version in its
/// name, and a version keeps its fields. None holds anything of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Message {
    /// To `send-messages`: this message may be due.
    SendV1 {
        /// Which.
        id: MessageId,
    },
    /// To `settle-messages`: what LINE told lies at `key`, as it came and with its signature verified.
    LineEventV1 {
        /// Of which clinic's channel.
        clinic: String,
        /// Where it was kept, below `events/line/`.
        key: String,
    },
    /// To `plan-deliveries`: plan a clinic's step deliveries.
    PlanV1 {
        /// The clinic.
        clinic: String,
        /// The day to plan from.
        as_of: Date,
        /// The id of the patient behind whom to go on: the pages of a large clinic are messages of their own, each
        /// sent when the one before is in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check(message: Message, expected: &str) {
        assert_eq!(serde_json::to_string(&message).unwrap(), expected);
        assert_eq!(serde_json::from_str::<Message>(expected).unwrap(), message);
    }

    #[test]
    fn the_form_of_a_message_outlives_a_deployment() {
        let id = MessageId::parse("ipxfh3lswr2ohjhh5ba5pohpdsxby5o3").unwrap();
        check(Message::SendV1 { id }, r#"{"type":"SendV1","id":"ipxfh3lswr2ohjhh5ba5pohpdsxby5o3"}"#);
        let line = Message::LineEventV1 { clinic: "demo".to_owned(), key: "events/line/demo/1".to_owned() };
        check(line, r#"{"type":"LineEventV1","clinic":"demo","key":"events/line/demo/1"}"#);
        let plan = Message::PlanV1 { clinic: "demo".to_owned(), as_of: date(2026, 11, 23), after: None };
        check(plan, r#"{"type":"PlanV1","clinic":"demo","as_of":"2026-11-23"}"#);
        let plan =
            Message::PlanV1 { clinic: "demo".to_owned(), as_of: date(2026, 11, 23), after: Some("p".to_owned()) };
        check(plan, r#"{"type":"PlanV1","clinic":"demo","as_of":"2026-11-23","after":"p"}"#);
    }
}
