use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use ledger::{MessageTemplateRow, StaffAct, Versioned};

use super::{
    check::checked,
    list::template,
    request::{TemplateRequest, Wanted},
    view::CheckedTemplate,
};
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    idempotency,
    problem::{Code, Problem},
    request_body::JsonBody,
    request_parts::{Id, if_match},
};

/// Templates of one clinic.
const MAX_TEMPLATES: usize = 500;

/// Keeps a message to be sent again. One that may not be sent as it is can be kept all the same.
#[utoipa::path(
    post, path = "/v1/templates", tag = "messages", request_body = TemplateRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the same answer for 24 hours.")),
    responses(
        (status = 201, description = "Done.", body = CheckedTemplate),
        (status = "default", description = "Why it was not done; `invalid-template` for a tag that does not exist.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create_template(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let wanted = body.read::<TemplateRequest>()?.check()?;
    let request = [b"POST /v1/templates\n", &*body.0].concat();
    let work = create(&api, &caller, wanted);
    idempotency::once(&api, &caller.clinic, &headers, &request, StatusCode::CREATED, work).await
}

async fn create(api: &Api, caller: &Caller, wanted: Wanted) -> Result<CheckedTemplate, ApiError> {
    let n_templates = api.ledger.templates(&caller.clinic).await.context("counting templates")?.len();
    if n_templates >= MAX_TEMPLATES {
        let detail = format!("テンプレートは{MAX_TEMPLATES}件までです。使わないものを削除してください。");
        return Err(ApiError::new(Code::TooManyTemplates, detail));
    }
    save(api, caller, (api.random_id)(), wanted, 0).await
}

/// Writes a template over the version that `If-Match` names.
#[utoipa::path(
    put, path = "/v1/templates/{id}", tag = "messages", request_body = TemplateRequest,
    params(("id" = String, Path), ("If-Match" = String, Header, description = "`ETag` of the template as it was read.")),
    responses(
        (status = 200, description = "Done.", body = CheckedTemplate, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_template(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let before = template(&api, &caller.clinic, &id).await?;
    let Some(version) = if_match(&headers) else {
        let detail = "GET /v1/templates/{id} で読んだETagを、If-Matchヘッダーに付けてください。";
        return Err(ApiError::new(Code::PreconditionRequired, detail));
    };
    let version = version.map_err(|_| changed_meanwhile())?;
    let wanted = body.read::<TemplateRequest>()?.check()?;
    if version != before.version {
        return Err(changed_meanwhile());
    }
    let saved = save(&api, &caller, before.row.id, wanted, version).await?;
    answer::versioned(StatusCode::OK, &saved, version + 1)
}

/// Takes a template away; messages that were made of it stay.
#[utoipa::path(
    delete, path = "/v1/templates/{id}", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Done."),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn delete_template(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    let id = template(&api, &caller.clinic, &id).await?.row.id;
    let act = api.act(&caller, StaffAct::TemplateDeleted { template: id.clone() });
    api.ledger.delete_template(&caller.clinic, &id, &act).await.context("deleting a template")?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(
    api: &Api,
    caller: &Caller,
    id: String,
    wanted: Wanted,
    version: u64,
) -> Result<CheckedTemplate, ApiError> {
    let Wanted { name, text, takes_reply } = wanted;
    let checked = checked(api, &caller.clinic, &text).await?;
    let act = api.act(caller, StaffAct::TemplateSaved { template: id.clone() });
    let (saved_by, saved_at) = (caller.actor.clone(), act.at);
    let row = MessageTemplateRow { id, name, text, takes_reply, saved_by, saved_at };
    let saved = api.ledger.save_template(&caller.clinic, &row, version, &act).await.context("saving a template")?;
    if !saved {
        return Err(changed_meanwhile());
    }
    Ok(CheckedTemplate::new(Versioned { row, version: version + 1 }, checked.view()))
}

fn changed_meanwhile() -> ApiError {
    let detail = "GET /v1/templates/{id} で最新の文面を読み、変更を加え直してください。";
    ApiError::new(Code::PreconditionFailed, detail)
}
