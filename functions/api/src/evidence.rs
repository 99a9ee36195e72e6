//! The office's log of what happened to its transfers, signed entry by entry.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::exchange::Sealed;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Api, answer, caller::OfficeCaller, error::ApiError, fields::Fields, page::Page, problem::Problem,
    request_parts::Asked,
};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceAsked {
    /// The number of an entry: those after it are told. 0 without it, which is from the first on.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<String>,
}

/// A stretch of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvidencePage {
    /// The public key (Ed25519, base64) that the entries are signed with.
    key: String,
    /// In the order of their numbers, each with the hash of the one before it.
    entries: Vec<SealedView>,
    /// `after` of the next page, if there is more.
    next: Option<u64>,
}

/// A text that the service stands for.
#[derive(Serialize, ToSchema)]
pub(crate) struct SealedView {
    /// What is signed, as it is.
    text: String,
    /// Ed25519 over the UTF-8 bytes of the text, in base64.
    signature: String,
    /// The key it is signed with, in base64.
    key: String,
}

impl From<Sealed> for SealedView {
    fn from(Sealed { text, signature, key }: Sealed) -> Self {
        Self { text, signature, key }
    }
}

/// The office's log of deliveries, fetches, answers and withdrawals: proof that can be verified offline.
#[utoipa::path(
    get, path = "/v1/evidence", tag = "plans", params(EvidenceAsked),
    responses(
        (status = 200, description = "Done.", body = EvidencePage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_evidence(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    Asked(asked): Asked<EvidenceAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let after = match asked.after.as_deref() {
        None => Some(0),
        Some(text) => read_number(text),
    };
    if after.is_none() {
        fields.refuse("after", "0以上の整数にしてください。");
    }
    let page = Page::read(&mut fields, asked.limit.as_deref(), None, |_| false);
    let after = fields.accept(after)?;

    let entries = api.ledger.evidence(&caller.office, after, page.limit + 1).await;
    let mut entries = entries.context("reading a log")?;
    let has_more = entries.len() > page.limit;
    entries.truncate(page.limit);
    // The numbers of a log have no gaps.
    let next = has_more.then_some(after + entries.len() as u64);
    let entries = entries.into_iter().map(SealedView::from).collect();
    answer::json(StatusCode::OK, &EvidencePage { key: api.seal.key(), entries, next })
}

/// The number of an entry, as long as one may be.
fn read_number(text: &str) -> Option<u64> {
    (text.len() <= 11).then(|| text.parse().ok()).flatten()
}
