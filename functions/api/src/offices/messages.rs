use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::{OfficeNumber, exchange::BundleId};
use jiff::Timestamp;
use ledger::OfficeMessageRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::must_take_part;
use crate::{
    Api, answer,
    caller::OfficeCaller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor},
    problem::{Code, Problem},
    request_body::JsonBody,
    request_parts::{Asked, Id},
};

/// A message to a partner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeMessageRequest {
    /// 事業所番号 of a confirmed partner.
    #[schema(required)]
    to: Option<String>,
    #[schema(required, min_length = 1, max_length = 2000)]
    text: Option<String>,
}

const TEXT_MAX_CHARS: usize = 2000;

impl OfficeMessageRequest {
    fn check(self, office: &OfficeNumber) -> Result<(OfficeNumber, String), ApiError> {
        let mut fields = Fields::default();
        let to = fields.required("to", self.to).and_then(|it| fields.office("to", &it));
        if to.as_ref() == Some(office) {
            fields.refuse("to", "自分の事業所には送れません。相手の事業所番号にしてください。");
        }
        let text = fields.required("text", self.text);
        if text.as_ref().is_some_and(|it| it.trim().is_empty() || it.chars().count() > TEXT_MAX_CHARS) {
            fields.refuse("text", "1文字から2000文字にしてください。");
        }
        fields.accept(to.zip(text))
    }
}

/// A message between two offices.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfficeMessageView {
    /// Chosen by who wrote it.
    id: String,
    #[schema(value_type = String)]
    from: OfficeNumber,
    #[schema(value_type = String)]
    to: OfficeNumber,
    text: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<OfficeMessageRow> for OfficeMessageView {
    fn from(OfficeMessageRow { id, from, to, text, at }: OfficeMessageRow) -> Self {
        Self { id: id.as_str().to_owned(), from, to, text, at }
    }
}

/// Sends a message to a partner. A repeat is harmless: the first one of the id stays.
#[utoipa::path(
    put, path = "/v1/messages/{id}", tag = "offices",
    params(("id" = String, Path, description = "Chosen by the sender: `[A-Za-z0-9_-]{1,64}`.")),
    request_body = OfficeMessageRequest,
    responses(
        (status = 200, description = "Done.", body = OfficeMessageView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_message(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let id = id.chosen()?;
    let (to, text) = body.read::<OfficeMessageRequest>()?.check(&caller.office)?;
    must_take_part(&api, &caller.office).await?;
    if api.ledger.partner(&caller.office, &to).await.context("reading a partner")?.is_none() {
        let detail = "番号と名称が正しいことを PUT /v1/partners/{number} で確認してから、もう一度送ってください。";
        return Err(ApiError::new(Code::PartnerUnconfirmed, detail));
    }

    let row = OfficeMessageRow { id, from: caller.office, to, text, at: (api.now)() };
    let sent = api.ledger.send_office_message(row.clone()).await.context("sending a message")?;
    if (&sent.to, &sent.text) != (&row.to, &row.text) {
        return Err(ApiError::new(Code::IdReused, "別の内容のメッセージに使われたidです。新しいidにしてください。"));
    }
    answer::json(StatusCode::OK, &OfficeMessageView::from(sent))
}

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeMessagesAsked {
    /// 事業所番号 of the other office.
    #[param(required)]
    with: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of messages.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfficeMessagesPage {
    /// The newest first.
    messages: Vec<OfficeMessageView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// The messages between the office and another, both ways.
#[utoipa::path(
    get, path = "/v1/messages", tag = "offices", params(OfficeMessagesAsked),
    responses(
        (status = 200, description = "Done.", body = OfficeMessagesPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_messages(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    Asked(asked): Asked<OfficeMessagesAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let with = fields.required("with", asked.with).and_then(|it| fields.office("with", &it));
    let is_place = |text: &str| place(text).is_some();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_place);
    let with = fields.accept(with)?;

    let office = &caller.office;
    let before = match page.after.as_deref().and_then(place) {
        None => None,
        Some((from, id)) => {
            let row = api.ledger.office_message(&from, &id).await.context("reading a message")?;
            // A message of other offices is one that does not exist.
            let is_between = |it: &OfficeMessageRow| [(office, &with), (&with, office)].contains(&(&it.from, &it.to));
            let row = row.filter(is_between);
            Some(row.ok_or_else(|| Fields::refused("cursor", "外して、最初から読んでください。"))?)
        }
    };
    let rows = api.ledger.office_messages(office, &with, before.as_ref(), page.limit + 1).await;
    let mut rows = rows.context("reading messages")?;
    let has_more = rows.len() > page.limit;
    rows.truncate(page.limit);
    let next = rows.last().filter(|_| has_more).map(|it| cursor(&format!("{}#{}", it.from, it.id.as_str())));
    let messages = rows.into_iter().map(OfficeMessageView::from).collect();
    answer::json(StatusCode::OK, &OfficeMessagesPage { messages, next })
}

/// What a page ends with: who sent its last message, and under which id.
fn place(text: &str) -> Option<(OfficeNumber, BundleId)> {
    let (from, id) = text.split_once('#')?;
    Some((OfficeNumber::new(from)?, BundleId::parse(id)?))
}
