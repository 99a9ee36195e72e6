use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use clinic::Groups;

use crate::{
    Api, Masters, answer,
    caller::Caller,
    error::ApiError,
    problem::{Code, Problem},
    refresh::TRIES,
    request_body::JsonBody,
    request_parts::{etag, if_match},
};

/// The groups of the clinic. `ETag` names their version.
#[utoipa::path(
    get, path = "/v1/groups", tag = "groups",
    responses(
        (status = 200, description = "`{\"groups\":[…]}`", body = Object, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_groups(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let groups = api.ledger.groups(&caller.clinic).await.context("reading groups")?;
    answered(&groups.row.groups, groups.version)
}

/// Sets all groups. `If-Match` names the version they were changed from.
#[utoipa::path(
    put, path = "/v1/groups", tag = "groups",
    params(("If-Match" = String, Header, description = "`ETag` of the groups as they were read.")),
    request_body(content = Object, description = "`{\"groups\":[…]}`, all of them, in the order they are shown."),
    responses(
        (status = 200, description = "`{\"groups\":[…]}`", body = Object, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_groups(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let Some(version) = if_match(&headers) else {
        let detail = "GET /v1/groups で読んだETagを、If-Matchヘッダーに付けてください。";
        return Err(ApiError::new(Code::PreconditionRequired, detail));
    };
    let version = version.map_err(|_| changed_meanwhile())?;
    let groups = read(&body)?;
    let needs = groups.needs();
    if (needs.disease_master || needs.drug_master) && !Masters::are_there(&api.files).await? {
        let detail =
            "icd10とprice_listの条件には基本マスターが必要です。マスターが入るまでは、codesで指定してください。";
        return Err(ApiError::new(Code::InvalidGroups, detail.to_owned()));
    }
    for _ in 0..TRIES {
        let before = api.ledger.groups(&caller.clinic).await.context("reading groups")?;
        if before.version != version {
            return Err(changed_meanwhile());
        }
        // `None` may also mean that a file was published meanwhile.
        let set = api.ledger.set_groups(&caller.clinic, groups.clone(), &before).await.context("setting groups")?;
        if let Some(generation) = set {
            api.ask_refresh(&caller.clinic, generation).await?;
            return answered(&groups, version + 1);
        }
    }
    Err(ApiError::conflict())
}

fn read(body: &JsonBody) -> Result<Groups, ApiError> {
    let Ok(text) = str::from_utf8(&body.0) else {
        return Err(ApiError::new(Code::MalformedBody, "文字コードをUTF-8にしてください。"));
    };
    Groups::from_json(text).map_err(|err| ApiError::new(Code::InvalidGroups, err.to_string()))
}

fn changed_meanwhile() -> ApiError {
    let detail = "GET /v1/groups で最新のグループを読み、変更を加え直してください。";
    ApiError::new(Code::PreconditionFailed, detail)
}

fn answered(groups: &Groups, version: u64) -> Result<Response, ApiError> {
    let mut response = answer::json(StatusCode::OK, groups)?;
    let tag = HeaderValue::from_str(&etag(version)).context("writing an ETag")?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
