use std::time::Duration;

use anyhow::Result;
use aws_config::SdkConfig;
use delivery::{Call, Outcome};
use line::{Line, LineSettings};
use mail::Mail;
use sms::{Sms, SmsSettings};

use crate::letter::Letter;

/// How long a call may take, from its connection to its whole answer.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// Who carries messages to patients.
#[derive(Clone)]
pub struct Providers {
    /// LINE.
    pub line: Line,
    /// SMS; sends none until it has a sender.
    pub sms: Sms,
    /// Mail; sends none until it has a sender.
    pub mail: Mail,
    configuration_set: Option<String>,
}

impl Providers {
    /// Providers as they are given.
    pub fn of(line: Line, sms: Sms, mail: Mail) -> Self {
        Self { line, sms, mail, configuration_set: None }
    }

    /// LINE at the address `line_api`, and no others yet. The configuration sets of mail and of SMS have one
    /// name; their events tell what became of each message.
    ///
    /// # Errors
    ///
    /// When this machine has no root certificates.
    pub fn over_http(aws: &SdkConfig, line_api: String, configuration_set: Option<String>) -> Result<Self> {
        let line = Line::over_http(LineSettings { api: line_api, time_limit: CALL_LIMIT })?;
        let (sms, mail) = (Sms::in_end_user_messaging(aws, None), Mail::in_ses(aws, None));
        Ok(Self { configuration_set, ..Self::of(line, sms, mail) })
    }

    /// With SMS from the sender id or number `origin`, through `endpoint` where it is not AWS's own.
    #[must_use]
    pub fn with_sms(self, aws: &SdkConfig, origin: Option<String>, endpoint: Option<String>) -> Self {
        let configuration_set = self.configuration_set.clone();
        let settings = origin.map(|it| SmsSettings {
            configuration_set,
            endpoint,
            time_limit: CALL_LIMIT,
            ..SmsSettings::from_origination(it)
        });
        Self { sms: Sms::in_end_user_messaging(aws, settings), ..self }
    }

    /// With mail from the address `from`.
    #[must_use]
    pub fn with_mail(self, aws: &SdkConfig, from: Option<String>) -> Self {
        let mail = Mail::in_ses(aws, from).with_configuration_set(self.configuration_set.clone());
        Self { mail, ..self }
    }

    /// The one call.
    pub(crate) async fn send(&self, call: Call, letter: &Letter) -> Outcome {
        match letter {
            Letter::Line(token, push) => self.line.push(token, call, push).await,
            Letter::Sms(letter) => self.sms.send(call, letter).await,
            Letter::Mail(message) => self.mail.send_raw(call, message).await,
        }
    }
}
