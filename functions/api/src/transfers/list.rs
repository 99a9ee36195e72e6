use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::exchange::{TransferId, TransferState};
use ledger::{TransferList, place_in};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::TransferView;
use crate::{
    Api, answer,
    caller::OfficeCaller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor},
    problem::Problem,
    request_parts::{Asked, Id},
};

/// Which transfers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransfersAsked {
    /// `sent` or `received`.
    #[param(required, pattern = "^(sent|received)$")]
    list: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of transfers.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransfersPage {
    /// The newest first.
    transfers: Vec<TransferView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// What the office sent (送信済) or received (受信), the newest first.
#[utoipa::path(
    get, path = "/v1/transfers", tag = "plans", params(TransfersAsked),
    responses(
        (status = 200, description = "Done.", body = TransfersPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_transfers(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    Asked(asked): Asked<TransfersAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let lists = [("sent", TransferList::Sent), ("received", TransferList::Received)];
    let list = fields.required("list", asked.list).and_then(|it| fields.choice("list", &it, &lists));
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_place);
    let list = fields.accept(list)?;

    let rows = api.ledger.transfers(&caller.office, list, page.after.as_deref(), page.limit + 1).await;
    let mut rows = rows.context("reading transfers")?;
    let has_more = rows.len() > page.limit;
    rows.truncate(page.limit);
    let next = rows.last().filter(|_| has_more).and_then(|it| place_in(list, it)).map(|it| cursor(&it));
    rows.retain(|it| list == TransferList::Sent || it.state != TransferState::Sending);
    let transfers = rows.into_iter().map(|it| TransferView::of(it, list)).collect();
    answer::json(StatusCode::OK, &TransfersPage { transfers, next })
}

/// Whether a page may have ended there: seconds and a transfer.
fn is_place(text: &str) -> bool {
    let is_time = |it: &str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    text.split_once('#').is_some_and(|(time, id)| is_time(time) && TransferId::parse(id).is_some())
}

/// One transfer that the office sent or received.
#[utoipa::path(
    get, path = "/v1/transfers/{id}", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = TransferView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_transfer(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let view = match super::received(&api, &caller.office, &id).await {
        Ok(row) => TransferView::of(row, TransferList::Received),
        Err(ApiError::Told(_)) => TransferView::of(super::sent(&api, &caller.office, &id).await?, TransferList::Sent),
        Err(err) => return Err(err),
    };
    answer::json(StatusCode::OK, &view)
}
