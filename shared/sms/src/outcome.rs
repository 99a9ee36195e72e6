//! What the SDK's errors mean for a message.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_pinpointsmsvoicev2::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::send_text_message::SendTextMessageError,
    types::ConflictExceptionReason::{
        DestinationCountryBlockedByProtectConfiguration, DestinationPhoneNumberBlockedByProtectNumberOverride,
        DestinationPhoneNumberOptedOut,
    },
};
use delivery::{Outcome, ReasonCode};

use crate::code;

pub(crate) fn outcome(err: &SdkError<SendTextMessageError>) -> Outcome {
    let status = err.raw_response().map(|it| it.status().as_u16());
    match err.as_service_error() {
        None => without_answer(err),
        Some(SendTextMessageError::ThrottlingException(_)) => Outcome::RateLimited { retry_after: None },
        Some(SendTextMessageError::ServiceQuotaExceededException(_)) => Outcome::QuotaSpent,
        Some(_) if status == Some(429) => Outcome::RateLimited { retry_after: None },
        Some(refused) if status.is_some_and(|it| (400..500).contains(&it)) => match is_for_good(refused) {
            true => Outcome::RefusedForGood { code: named(refused) },
            false => Outcome::Refused { code: named(refused) },
        },
        // An answer that is none of the service's, from something between.
        Some(_) if status.is_some_and(|it| it < 400) => Outcome::Unclear { code: code("unreadable") },
        Some(unclear) => Outcome::Unclear { code: named(unclear) },
    }
}

/// Whether it is this message that the service refuses; anything else, a person can mend.
fn is_for_good(refused: &SendTextMessageError) -> bool {
    match refused {
        SendTextMessageError::ValidationException(_) => true,
        SendTextMessageError::ConflictException(it) => matches!(
            it.reason,
            Some(
                DestinationPhoneNumberOptedOut
                    | DestinationPhoneNumberBlockedByProtectNumberOverride
                    | DestinationCountryBlockedByProtectConfiguration
            )
        ),
        _ => false,
    }
}

/// Where the service said nothing, it counts whether a byte was sent.
fn without_answer(err: &SdkError<SendTextMessageError>) -> Outcome {
    match err {
        SdkError::ConstructionFailure(_) => Outcome::Refused { code: code("request") },
        SdkError::DispatchFailure(_) if is_before_first_byte(err) => Outcome::Refused { code: code("not_connected") },
        SdkError::DispatchFailure(it) if it.is_timeout() => Outcome::Unclear { code: code("timeout") },
        SdkError::DispatchFailure(_) => Outcome::Unclear { code: code("connection") },
        SdkError::TimeoutError(_) => Outcome::Unclear { code: code("timeout") },
        _ => Outcome::Unclear { code: code("unreadable") },
    }
}

/// Whether no connection was made, or there were no credentials to ask with.
fn is_before_first_byte(err: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(err), |&it| it.source());
    causes.any(|it| {
        it.is::<CredentialsError>()
            || it.downcast_ref::<hyper_util::client::legacy::Error>().is_some_and(|it| it.is_connect())
    })
}

/// The error's code alone, as `sms.validation_exception`: its text can quote a number.
fn named(err: &SendTextMessageError) -> ReasonCode {
    let mut name = String::new();
    for letter in err.code().unwrap_or("other").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    code(&name)
}
