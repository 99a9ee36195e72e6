use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::OfficeNumber;
use japan::fold_name;
use jiff::Timestamp;
use ledger::PartnerRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::taking_part;
use crate::{
    Api, answer, caller::OfficeCaller, error::ApiError, fields::Fields, problem::Problem, request_body::JsonBody,
    request_parts::Id,
};

/// What any office may know of another.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnownOffice {
    #[schema(value_type = String)]
    number: OfficeNumber,
    name: String,
}

/// The name of an office that is registered, to confirm a number with.
#[utoipa::path(
    get, path = "/v1/offices/{number}", tag = "offices", params(("number" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = KnownOffice),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_known_office(
    State(api): State<Arc<Api>>,
    _caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let number = id.office()?;
    let office = taking_part(&api, &number).await?.ok_or_else(ApiError::not_found)?;
    answer::json(StatusCode::OK, &KnownOffice { number, name: office.name })
}

/// A partner whose number and name were confirmed.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartnerView {
    #[schema(value_type = String)]
    number: OfficeNumber,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    confirmed_at: Timestamp,
}

impl From<PartnerRow> for PartnerView {
    fn from(PartnerRow { number, name, confirmed_at }: PartnerRow) -> Self {
        Self { number, name, confirmed_at }
    }
}

/// The partners of the office.
#[derive(Serialize, ToSchema)]
pub(crate) struct Partners {
    /// In the order of their numbers.
    partners: Vec<PartnerView>,
}

/// The offices whose number and name were confirmed: they may be sent to.
#[utoipa::path(
    get, path = "/v1/partners", tag = "offices",
    responses(
        (status = 200, description = "Done.", body = Partners),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_partners(State(api): State<Arc<Api>>, caller: OfficeCaller) -> Result<Response, ApiError> {
    let rows = api.ledger.partners(&caller.office).await.context("reading partners")?;
    let partners = rows.into_iter().map(PartnerView::from).collect();
    answer::json(StatusCode::OK, &Partners { partners })
}

/// What is believed of a partner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerRequest {
    /// Its name, in any width and with or without spaces.
    #[schema(required)]
    name: Option<String>,
}

/// Confirms a partner (P-011): whoever knows its number and its name has the right number.
#[utoipa::path(
    put, path = "/v1/partners/{number}", tag = "offices", params(("number" = String, Path)),
    request_body = PartnerRequest,
    responses(
        (status = 200, description = "Done.", body = PartnerView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_partner(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let number = id.office()?;
    let registered = taking_part(&api, &number).await?.ok_or_else(ApiError::not_found)?;
    let asked = body.read::<PartnerRequest>()?;
    let mut fields = Fields::default();
    let name = fields.required("name", asked.name);
    if number == caller.office {
        fields.refuse("number", "自分の事業所は相手にできません。相手の事業所番号にしてください。");
    }
    if name.as_deref().is_some_and(|it| fold_name(it) != fold_name(&registered.name)) {
        fields.refuse("name", "登録されている事業所の名称と違います。番号を間違えていないか確かめてください。");
    }
    fields.accept(name)?;

    let known = api.ledger.partner(&caller.office, &number).await.context("reading a partner")?;
    let row = match known {
        Some(row) if row.name == registered.name => row,
        _ => {
            let row = PartnerRow { number, name: registered.name, confirmed_at: (api.now)() };
            api.ledger.confirm_partner(&caller.office, &row).await.context("confirming a partner")?;
            row
        }
    };
    answer::json(StatusCode::OK, &PartnerView::from(row))
}
