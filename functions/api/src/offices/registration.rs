use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use careplan::{OfficeNumber, ServiceType};
use jiff::Timestamp;
use ledger::OfficeRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::OfficeCaller,
    error::ApiError,
    fields::Fields,
    mail_address::is_mail_address,
    problem::Problem,
    request_body::JsonBody,
    request_parts::{etag, if_match},
};

/// What an office says of itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeRequest {
    /// As other offices see it; whoever sends to it for the first time has to know it.
    #[schema(required, min_length = 1, max_length = 100)]
    name: Option<String>,
    /// サービス種類コード of what it does, 43 for 居宅介護支援.
    #[schema(required, max_items = 50)]
    service_types: Option<Vec<String>>,
    /// Where it is told of what came, by mail.
    #[schema(format = Email)]
    notify_address: Option<String>,
    /// Whether it accepts the terms of use. Once accepted they stay accepted.
    #[serde(default)]
    accept_terms: bool,
}

/// An office as it sees itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfficeView {
    #[schema(value_type = String)]
    number: OfficeNumber,
    name: String,
    #[schema(value_type = Vec<String>)]
    service_types: Vec<ServiceType>,
    notify_address: Option<String>,
    /// It neither sends nor receives before.
    #[schema(value_type = Option<String>, format = DateTime)]
    terms_accepted_at: Option<Timestamp>,
}

const NAME_MAX_CHARS: usize = 100;
const MAX_SERVICE_TYPES: usize = 50;

impl OfficeRequest {
    fn check(self, before: Option<&OfficeRow>, now: Timestamp) -> Result<OfficeRow, ApiError> {
        let mut fields = Fields::default();
        let name = fields.required("name", self.name).map(|it| it.trim().to_owned());
        if name.as_deref().is_some_and(|it| !is_name(it)) {
            fields.refuse("name", "改行などを含まない、1文字から100文字の名称にしてください。");
        }
        let service_types = fields.required("service_types", self.service_types);
        let service_types = service_types.and_then(|it| read_service_types(&mut fields, &it));
        if self.notify_address.as_deref().is_some_and(|it| !is_mail_address(it)) {
            fields
                .refuse("notify_address", "メールアドレスの形（例: office@example.jp）にするか、nullにしてください。");
        }
        let accepted_at = before.and_then(|it| it.terms_accepted_at).or(self.accept_terms.then_some(now));
        if accepted_at.is_none() {
            fields.refuse("accept_terms", "登録には利用規約への同意が必要です。trueにしてください。");
        }
        fields.accept(name.zip(service_types).map(|(name, service_types)| OfficeRow {
            name,
            service_types,
            notify_address: self.notify_address,
            terms_accepted_at: accepted_at,
        }))
    }
}

fn is_name(name: &str) -> bool {
    (1..=NAME_MAX_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// Each type once, in the order they were given.
fn read_service_types(fields: &mut Fields, texts: &[String]) -> Option<Vec<ServiceType>> {
    if texts.len() > MAX_SERVICE_TYPES {
        fields.refuse("service_types", format!("{MAX_SERVICE_TYPES}個までにしてください。"));
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut service_types = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        match ServiceType::new(text) {
            Some(it) if seen.insert(text) => service_types.push(it),
            Some(_) => {}
            None => fields.refuse(&format!("service_types[{at}]"), "サービス種類コード（例: 43）にしてください。"),
        }
    }
    Some(service_types)
}

/// What the office says of itself. `ETag` names its version.
#[utoipa::path(
    get, path = "/v1/office", tag = "offices",
    responses(
        (status = 200, description = "Done.", body = OfficeView, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done; `not-found` until it registers.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_office(State(api): State<Arc<Api>>, caller: OfficeCaller) -> Result<Response, ApiError> {
    let office = api.ledger.office(&caller.office).await.context("reading an office")?;
    let office = office.ok_or_else(ApiError::not_found)?;
    answered(caller.office, office.row, office.version)
}

/// Registers the office, or changes what it said of itself.
#[utoipa::path(
    put, path = "/v1/office", tag = "offices", request_body = OfficeRequest,
    params(("If-Match" = Option<String>, Header, description = "`ETag` of the office as it was read, `\"0\"` for none.")),
    responses(
        (status = 200, description = "Done.", body = OfficeView, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_office(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let before = api.ledger.office(&caller.office).await.context("reading an office")?;
    let row = body.read::<OfficeRequest>()?.check(before.as_ref().map(|it| &it.row), (api.now)())?;
    let before = before.map_or(0, |it| it.version);
    let version = match if_match(&headers) {
        None => before,
        Some(version) => version.map_err(|_| ApiError::conflict())?,
    };
    let is_saved =
        version == before && api.ledger.save_office(&caller.office, &row, version).await.context("saving an office")?;
    if !is_saved {
        return Err(ApiError::conflict());
    }
    answered(caller.office, row, version + 1)
}

fn answered(number: OfficeNumber, row: OfficeRow, version: u64) -> Result<Response, ApiError> {
    let OfficeRow { name, service_types, notify_address, terms_accepted_at } = row;
    let view = OfficeView { number, name, service_types, notify_address, terms_accepted_at };
    let mut response = answer::json(StatusCode::OK, &view)?;
    let tag = HeaderValue::from_str(&etag(version)).context("writing an ETag")?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
