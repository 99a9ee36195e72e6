use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A message between functions. A queue outlives a deployment, so each carries its version in its
/// name, and a version keeps its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Message {
    /// Fold the files of a clinic again.
    RefreshV1 {
        /// The clinic.
        clinic: String,
        /// The generation that asks for it; the nightly run asks without one. A refresh always reads
        /// the newest.
        generation: Option<u64>,
        /// The day to evaluate the groups for.
        as_of: Date,
    },
}

impl Message {
    /// The message's group on a FIFO queue: one refresh of a clinic at a time.
    pub fn group(&self) -> &str {
        match self {
            Self::RefreshV1 { clinic, .. } => clinic,
        }
    }

    /// What makes two messages the same for a FIFO queue.
    pub fn deduplication_id(&self) -> String {
        match self {
            Self::RefreshV1 { clinic, generation, as_of } => {
                let generation = generation.map_or_else(|| "nightly".to_owned(), |it| it.to_string());
                format!("{clinic}-{generation}-{as_of}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_form_of_a_message_outlives_a_deployment() {
        let refresh = Message::RefreshV1 { clinic: "demo".to_owned(), generation: Some(7), as_of: date(2026, 11, 23) };
        let json = serde_json::to_string(&refresh).unwrap();
        assert_eq!(json, r#"{"type":"RefreshV1","clinic":"demo","generation":7,"as_of":"2026-11-23"}"#);
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), refresh);
        assert_eq!(refresh.deduplication_id(), "demo-7-2026-11-23");
    }
}
