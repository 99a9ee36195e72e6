use anyhow::{Context as _, Result, anyhow};
use aws_config::SdkConfig;
use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message},
};

use crate::{Letter, Posted};

pub(crate) struct Ses {
    pub(crate) client: Client,
    pub(crate) from: String,
}

impl Ses {
    pub(crate) fn new(aws: &SdkConfig, from: String) -> Self {
        Self { client: Client::new(aws), from }
    }

    pub(crate) async fn send(&self, letter: &Letter) -> Result<Posted> {
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build().context("making a mail");
        let message = Message::builder()
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
}

/// Whether SES says no to this letter for good. A sender that is not verified is our failure, not the
/// letter's.
fn is_refused(err: &SdkError<SendEmailError>) -> bool {
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
