use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use delivery::{MessageId, Report};
use serde::Deserialize;

/// What an event of the service tells of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SmsEvent {
    /// Which message, by the context it was sent with; `None` for one that had none.
    pub(crate) message: Option<MessageId>,
    /// What became of it; `None` where the event tells nothing of that.
    pub(crate) report: Option<Report>,
    /// What the service calls it.
    pub(crate) provider_id: String,
}

/// As the service writes it, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    event_type: String,
    message_id: String,
    #[serde(default)]
    context: BTreeMap<String, String>,
}

impl SmsEvent {
    /// Reads the JSON of an event.
    ///
    /// # Errors
    ///
    /// When it is something else; the error quotes nothing of it.
    pub(crate) fn read(json: &str) -> Result<Self> {
        let told: Told = serde_json::from_str(json).map_err(|_| anyhow!("no event of SMS"))?;
        let message = told.context.get("mid").and_then(|it| MessageId::parse(it));
        Ok(Self { message, report: report(&told.event_type), provider_id: told.message_id })
    }
}

/// By the list of event types of AWS End User Messaging.
fn report(event_type: &str) -> Option<Report> {
    match event_type {
        "TEXT_QUEUED" | "TEXT_PENDING" | "TEXT_SENT" => Some(Report::Accepted),
        // The carrier took it; whether it arrived nobody may ever tell.
        "TEXT_SUCCESSFUL" => Some(Report::Accepted),
        "TEXT_DELIVERED" => Some(Report::Delivered),
        "TEXT_INVALID" => Some(Report::Bounced),
        "TEXT_INVALID_MESSAGE"
        | "TEXT_UNREACHABLE"
        | "TEXT_CARRIER_UNREACHABLE"
        | "TEXT_BLOCKED"
        | "TEXT_CARRIER_BLOCKED"
        | "TEXT_SPAM"
        | "TEXT_TTL_EXPIRED"
        | "TEXT_PROTECT_BLOCKED" => Some(Report::Undelivered),
        // It may have arrived: another channel could make it a second message.
        "TEXT_UNKNOWN" => Some(Report::Accepted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MID: &str = "ipxfh3lswr2ohjhh5ba5pohpdsxby5o3";

    #[track_caller]
    fn check(name: &str, expected: Option<Report>) {
        let event = format!(
            r#"{{"eventType":"{name}","eventVersion":"1.0","eventTimestamp":1796000000000,"isFinal":true,
            "originationPhoneNumber":"KAYOI","destinationPhoneNumber":"+819012345670","isoCountryCode":"JP",
            "messageId":"sms-1","messageStatus":"X","context":{{"mid":"{MID}"}},"totalMessageParts":1}}"#
        );
        let read = SmsEvent::read(&event).unwrap();
        assert_eq!(read.report, expected, "{name}");
        assert_eq!((read.message.unwrap().as_str(), read.provider_id.as_str()), (MID, "sms-1"));
    }

    #[test]
    fn each_event_has_one_meaning() {
        for accepted in ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SENT", "TEXT_SUCCESSFUL", "TEXT_UNKNOWN"] {
            check(accepted, Some(Report::Accepted));
        }
        check("TEXT_DELIVERED", Some(Report::Delivered));
        check("TEXT_INVALID", Some(Report::Bounced));
        for undelivered in ["TEXT_UNREACHABLE", "TEXT_CARRIER_BLOCKED", "TEXT_TTL_EXPIRED", "TEXT_SPAM"] {
            check(undelivered, Some(Report::Undelivered));
        }
        check("TEXT_SOMETHING_NEW", None);
    }

    #[test]
    fn what_is_no_event_is_not_quoted() {
        for other in ["", "{}", r#"{"eventType":"+819012345670"}"#] {
            let err = SmsEvent::read(other).unwrap_err().to_string();
            assert!(!err.contains("+81"), "{err}");
        }
        let without = r#"{"eventType":"TEXT_DELIVERED","messageId":"sms-1"}"#;
        assert_eq!(SmsEvent::read(without).unwrap().message, None);
    }
}
