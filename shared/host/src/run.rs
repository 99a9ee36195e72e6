use std::net::SocketAddr;

use anyhow::{Context, Result, anyhow, ensure};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::settings::{optional_setting, setting};

/// Hands each event Lambda delivers to `handle`, until the process is ended.
///
/// An `Err` of `handle` fails that one invocation; what becomes of its event is up to the event
/// source (queues: see [`each_message`](crate::each_message); schedules: their retry policy).
///
/// # Errors
///
/// When the process was not started by Lambda.
pub async fn run<E, R>(handle: impl AsyncFn(E) -> Result<R>) -> Result<()>
where
    E: DeserializeOwned,
    R: Serialize,
{
    let handle = &handle;
    // Boxed: the AWS clients' futures nest deeper than the compiler's limit.
    let service = service_fn(async |event: LambdaEvent<E>| Box::pin(handle(event.payload)).await);
    lambda_runtime::run(service).await.map_err(|err| anyhow!(err)).context("running under Lambda")
}

/// Serves `router`: to Lambda where there is one, else on the loopback address of the setting
/// `LISTEN`, as in `127.0.0.1:3000`.
///
/// The HTTP API's stage must be `$default`; another one would be put before every path, unless
/// the variable `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` is set.
///
/// # Errors
///
/// When `LISTEN` is missing, no loopback address, or in use.
pub async fn serve(router: axum::Router) -> Result<()> {
    if optional_setting("AWS_LAMBDA_RUNTIME_API")?.is_some() {
        return lambda_http::run(router).await.map_err(|err| anyhow!(err)).context("serving under Lambda");
    }
    let address = loopback(&setting("LISTEN")?)?;
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.context("serving")
}

/// Loopback alone: outside Lambda nothing stands in front of the router.
fn loopback(listen: &str) -> Result<SocketAddr> {
    let address: SocketAddr = listen.parse().context("reading the setting LISTEN")?;
    ensure!(address.ip().is_loopback(), "the setting LISTEN is not a loopback address");
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_listened_on() {
        assert!(loopback("127.0.0.1:3000").is_ok());
        assert!(loopback("[::1]:3000").is_ok());
        for refused in ["0.0.0.0:3000", "192.0.2.1:80", "localhost:3000", "3000"] {
            assert!(loopback(refused).is_err(), "{refused}");
        }
    }
}
