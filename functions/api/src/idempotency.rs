use anyhow::Context as _;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use ledger::{Answered, Begun, ClinicId, RequestKey};
use serde::Serialize;
use tracing::warn;

use crate::{Api, answer, error::ApiError, fields::Fields, problem::Code};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Does `work` once for an `Idempotency-Key`: a repeat within 24 hours gets the same answer, and the
/// same key with another `request` is refused. Without the header it is simply done.
pub(crate) async fn once<T: Serialize>(
    api: &Api,
    clinic: &ClinicId,
    headers: &HeaderMap,
    request: &[u8],
    status: StatusCode,
    work: impl Future<Output = Result<T, ApiError>>,
) -> Result<Response, ApiError> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return answer::json(status, &work.await?) };
    let key = key.to_str().ok().filter(|it| (1..=255).contains(&it.len()));
    let Some(key) = key else {
        return Err(Fields::refused("Idempotency-Key", "半角の英数字と記号で255文字までにしてください。"));
    };

    let (key, begun_by) = (RequestKey::of(key), (api.random_id)());
    let begun = api.ledger.begin_request(clinic, &key, request, begun_by, (api.now)()).await;
    let begun = match begun.context("beginning a request")? {
        Begun::New(begun) => begun,
        Begun::Answered(answered) => return replayed(answered),
        Begun::Other => {
            let detail = "別の内容のリクエストで使われたキーです。新しいキーにしてください。";
            return Err(ApiError::new(Code::KeyReused, detail));
        }
        Begun::Busy => {
            return Err(ApiError::new(Code::InProgress, "少し待ってから、同じキーのままもう一度送ってください。"));
        }
    };
    match work.await.and_then(|it| answer::text(&it)) {
        Ok(body) => {
            let answered = Answered { status: status.as_u16(), body: body.clone() };
            api.ledger.answer_request(clinic, begun, answered, (api.now)()).await.context("keeping an answer")?;
            Ok(answer::json_text(status, body))
        }
        Err(err) => {
            // The failure itself is told; a key that stays busy frees itself within a minute.
            if let Err(err) = api.ledger.release_request(clinic, begun).await {
                warn!("a request was not released: {err:#}");
            }
            Err(err)
        }
    }
}

fn replayed(answered: Answered) -> Result<Response, ApiError> {
    let status = StatusCode::from_u16(answered.status).context("a kept answer without a status")?;
    let mut response = answer::json_text(status, answered.body);
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
