use std::collections::HashMap;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_pinpointsmsvoicev2::{Client, config, types::MessageType};
use delivery::{MessageId, Outcome};

use crate::{SmsLetter, SmsSettings, code, outcome::outcome};

pub(crate) struct EndUserMessaging {
    client: Client,
    settings: SmsSettings,
}

impl EndUserMessaging {
    pub(crate) fn new(aws: &SdkConfig, settings: SmsSettings) -> Self {
        let timeouts = aws.timeout_config().map_or_else(TimeoutConfig::builder, |it| it.clone().into_builder());
        let timeouts = timeouts.operation_timeout(settings.time_limit).operation_attempt_timeout(settings.time_limit);
        let mut config =
            config::Builder::from(aws).retry_config(RetryConfig::disabled()).timeout_config(timeouts.build());
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Self { client: Client::from_conf(config.build()), settings }
    }

    pub(crate) async fn send(&self, message: Option<&MessageId>, letter: &SmsLetter) -> Outcome {
        let Ok(time_to_live_s) = i32::try_from(letter.time_to_live_s) else {
            return Outcome::RefusedForGood { code: code("time_to_live") };
        };
        let sent = self
            .client
            .send_text_message()
            .destination_phone_number(&letter.to)
            .origination_identity(&self.settings.origination)
            .message_body(&letter.text)
            .message_type(MessageType::Transactional)
            .time_to_live(time_to_live_s)
            .set_context(message.map(|it| HashMap::from([("mid".to_owned(), it.to_string())])))
            .set_configuration_set_name(self.settings.configuration_set.clone())
            .dry_run(message.is_none())
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
