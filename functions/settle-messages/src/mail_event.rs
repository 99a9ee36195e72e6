use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use delivery::{MessageId, Report};
use serde::Deserialize;

/// What an event of SES tells of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailEvent {
    /// Which message, by the tag it was sent with; `None` for a mail that had none.
    pub(crate) message: Option<MessageId>,
    /// What became of it; `None` where the event tells nothing of that, as one that somebody opened it.
    pub(crate) report: Option<Report>,
    /// What SES calls it.
    pub(crate) provider_id: String,
}

/// As SES writes it, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    event_type: String,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
    mail: Mailed,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complaint_feedback_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mailed {
    message_id: String,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

impl MailEvent {
    /// Reads the JSON of an event.
    ///
    /// # Errors
    ///
    /// When it is something else; the error quotes nothing of it.
    pub(crate) fn read(json: &str) -> Result<Self> {
        let told: Told = serde_json::from_str(json).map_err(|_| anyhow!("no event of SES"))?;
        let message = told.mail.tags.get("mid").and_then(|it| it.first()).and_then(|it| MessageId::parse(it));
        Ok(Self { message, report: told.report(), provider_id: told.mail.message_id })
    }
}

impl Told {
    fn report(&self) -> Option<Report> {
        match self.event_type.as_str() {
            "Send" | "DeliveryDelay" => Some(Report::Accepted),
            "Delivery" => Some(Report::Delivered),
            // Full, too large, and whatever ends by itself: the address may be right.
            "Bounce" if self.bounce.as_ref().is_none_or(|it| it.bounce_type != "Permanent") => {
                Some(Report::Undelivered)
            }
            "Bounce" => Some(Report::Bounced),
            // Somebody took the complaint back.
            "Complaint" if self.is_not_spam() => None,
            "Complaint" => Some(Report::Complained),
            // The scanner found something: it was taken and is not delivered.
            "Reject" => Some(Report::Undelivered),
            _ => None,
        }
    }

    fn is_not_spam(&self) -> bool {
        let complaint = self.complaint.as_ref().and_then(|it| it.complaint_feedback_type.as_deref());
        complaint == Some("not-spam")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MID: &str = "ipxfh3lswr2ohjhh5ba5pohpdsxby5o3";

    #[track_caller]
    fn check(name: &str, more: &str, expected: Option<Report>) {
        let event = format!(
            r#"{{"eventType":"{name}"{more},"mail":{{"timestamp":"2026-11-30T01:00:00.000Z","messageId":"ses-1",
            "destination":["patient@example.jp"],"tags":{{"ses:configuration-set":["kayoi"],"mid":["{MID}"]}}}}}}"#
        );
        let read = MailEvent::read(&event).unwrap();
        assert_eq!(read.report, expected, "{name} {more}");
        assert_eq!((read.message.unwrap().as_str(), read.provider_id.as_str()), (MID, "ses-1"));
    }

    #[test]
    fn each_event_has_one_meaning() {
        check("Send", r#","send":{}"#, Some(Report::Accepted));
        check("DeliveryDelay", r#","deliveryDelay":{"delayType":"MailboxFull"}"#, Some(Report::Accepted));
        check("Delivery", r#","delivery":{}"#, Some(Report::Delivered));
        let bounce = |kind: &str| format!(r#","bounce":{{"bounceType":"{kind}","bounceSubType":"General"}}"#);
        check("Bounce", &bounce("Permanent"), Some(Report::Bounced));
        check("Bounce", &bounce("Transient"), Some(Report::Undelivered));
        check("Bounce", &bounce("Undetermined"), Some(Report::Undelivered));
        check("Complaint", r#","complaint":{}"#, Some(Report::Complained));
        check("Complaint", r#","complaint":{"complaintFeedbackType":"abuse"}"#, Some(Report::Complained));
        check("Complaint", r#","complaint":{"complaintFeedbackType":"not-spam"}"#, None);
        check("Reject", r#","reject":{"reason":"Bad content"}"#, Some(Report::Undelivered));
        for other in ["Open", "Click", "Subscription", "Rendering Failure"] {
            check(other, "", None);
        }
    }

    #[test]
    fn a_mail_without_our_tag_is_no_message() {
        for tags in ["", r#","tags":{}"#, r#","tags":{"mid":["somebody else's"]}"#] {
            let event = format!(r#"{{"eventType":"Delivery","mail":{{"messageId":"ses-1"{tags}}}}}"#);
            assert_eq!(MailEvent::read(&event).unwrap().message, None);
        }
    }

    #[test]
    fn what_is_no_event_is_not_quoted() {
        for other in ["", "{}", r#"{"mail":"patient@example.jp"}"#, r#"["patient@example.jp"]"#] {
            let err = format!("{:#}", MailEvent::read(other).unwrap_err());
            assert!(!err.contains("patient"), "{err}");
        }
    }
}
