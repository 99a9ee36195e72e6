//! What the SDK's errors mean for a message.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sesv2::{
    error::{ProvideErrorMetadata as _, SdkError},
    operation::send_email::SendEmailError,
};
use delivery::{Outcome, ReasonCode};

use crate::{code, ses::is_refused};

pub(crate) fn outcome(err: &SdkError<SendEmailError>) -> Outcome {
    let status = err.raw_response().map(|it| it.status().as_u16());
    match err.as_service_error() {
        None => without_answer(err),
        Some(SendEmailError::TooManyRequestsException(_)) => Outcome::RateLimited { retry_after: None },
        Some(it) if status == Some(429) || it.code().is_some_and(|it| it.contains("Throttling")) => {
            Outcome::RateLimited { retry_after: None }
        }
        Some(refused) if status.is_some_and(|it| (400..500).contains(&it)) => match is_refused(err) {
            true => Outcome::RefusedForGood { code: named(refused) },
            // The account is paused, the sender not verified and the like: a person can mend it.
            false => Outcome::Refused { code: named(refused) },
        },
        // An answer that is none of the service's, from something between.
        Some(_) if status.is_some_and(|it| it < 400) => Outcome::Unclear { code: code("unreadable") },
        Some(unclear) => Outcome::Unclear { code: named(unclear) },
    }
}

/// Where SES said nothing, it counts whether a byte was sent.
fn without_answer(err: &SdkError<SendEmailError>) -> Outcome {
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

/// The error's code alone, as `mail.message_rejected`: its text can quote an address.
fn named(err: &SendEmailError) -> ReasonCode {
    let mut name = String::new();
    for letter in err.code().unwrap_or("other").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    code(&name)
}

#[cfg(test)]
mod tests;
