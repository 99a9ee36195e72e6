use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sesv2::{
    Client, config,
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    primitives::Blob,
    types::{Body, Content, Destination, EmailContent, Message as Simple, MessageTag, RawMessage},
};
use delivery::{MessageId, Outcome};

use crate::{Letter, Message, Posted, code, outcome::outcome};

/// How long a message to a patient may take, from its connection to the whole answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);

pub(crate) struct Ses {
    pub(crate) client: Client,
    pub(crate) from: String,
    configuration_set: Option<String>,
    /// What the client's own is where a call must be one call.
    once: config::Builder,
}

impl Ses {
    pub(crate) fn new(aws: &SdkConfig, from: String) -> Self {
        let timeouts = aws.timeout_config().map_or_else(TimeoutConfig::builder, |it| it.clone().into_builder());
        let timeouts = timeouts.operation_timeout(TIME_LIMIT).operation_attempt_timeout(TIME_LIMIT).build();
        let once = config::Builder::new().retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        Self { client: Client::new(aws), from, configuration_set: None, once }
    }

    pub(crate) fn with_configuration_set(&self, configuration_set: Option<String>) -> Self {
        let (client, from, once) = (self.client.clone(), self.from.clone(), self.once.clone());
        Self { client, from, configuration_set, once }
    }

    pub(crate) async fn send(&self, letter: &Letter) -> Result<Posted> {
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build().context("making a mail");
        let message = Simple::builder()
            .subject(content(&letter.subject)?)
            .body(Body::builder().text(content(&letter.text)?).build())
            .build();
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(&letter.to).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Posted::Accepted),
            Err(err) if is_refused(&err) => Ok(Posted::Refused),
            Err(err) => Err(named(err)).context("sending a mail"),
        }
    }

    pub(crate) async fn send_raw(&self, id: &MessageId, message: &Message) -> Outcome {
        let raw = match message.raw(&self.from, id) {
            Ok(it) => it,
            Err(why) => return Outcome::RefusedForGood { code: code(why) },
        };
        let raw = RawMessage::builder().data(Blob::new(raw)).build();
        let tag = MessageTag::builder().name("mid").value(id.as_str()).build();
        let (Ok(raw), Ok(tag)) = (raw, tag) else { return Outcome::Refused { code: code("request") } };
        let sent = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(&message.to).build())
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .email_tags(tag)
            .customize()
            .config_override(self.once.clone())
            .send()
            .await;
        match sent {
            Ok(it) => match it.message_id {
                Some(provider_id) => Outcome::Accepted { provider_id },
                None => Outcome::Unclear { code: code("unreadable") },
            },
            Err(err) => outcome(&err),
        }
    }
}

/// Whether SES says no to this letter for good. A sender that is not verified is our failure, not the
/// letter's.
pub(crate) fn is_refused(err: &SdkError<SendEmailError>) -> bool {
    match err.as_service_error() {
        Some(SendEmailError::BadRequestException(_)) => true,
        Some(SendEmailError::MessageRejected(it)) => !it.message().unwrap_or_default().contains("not verified"),
        _ => false,
    }
}

/// The error's code alone: its text can quote an address.
fn named(err: SdkError<SendEmailError>) -> anyhow::Error {
    match (err.code(), err.raw_response()) {
        (Some(code), _) => anyhow!("SES answered {code}"),
        (None, Some(answer)) if answer.status().is_success() => anyhow!("SES's answer cannot be read"),
        (None, Some(answer)) => anyhow!("SES answered {}", answer.status().as_u16()),
        // Nothing came back: the cause is the connection, time or credentials.
        (None, None) => anyhow::Error::new(err),
    }
}
