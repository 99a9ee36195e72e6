//! Credentials for plain bucket tools.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use files::SessionRights;
use ledger::Opens;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, answer, caller::Tenant, error::ApiError, offices::must_take_part, problem::Problem};

/// Credentials of the data bucket for an hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct StorageSession {
    /// `AWS_ACCESS_KEY_ID`
    access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`
    secret_access_key: String,
    /// `AWS_SESSION_TOKEN`
    session_token: String,
    /// The bucket.
    bucket: String,
    /// Until when.
    expires_at: String,
    /// Keys that may be put.
    put: Vec<String>,
    /// Keys that may be got and listed.
    get: Vec<String>,
}

/// Gives credentials for an hour that reach the token's own prefixes alone, for those who want plain
/// bucket tools: put into the outbox or the inboxes for files, put `_ack.json`, get and list what came.
/// They never delete.
#[utoipa::path(
    post, path = "/v1/storage-session", tag = "storage",
    responses(
        (status = 201, description = "Done.", body = StorageSession),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create_storage_session(
    State(api): State<Arc<Api>>,
    Tenant(tenant): Tenant,
) -> Result<Response, ApiError> {
    let (name, rights) = match &tenant {
        Opens::Clinic(clinic) => {
            (format!("clinic-{}", host::key_hash(clinic.as_str())), clinic_rights(clinic.as_str()))
        }
        Opens::Office(office) => {
            // Nobody would be told what becomes of a bundle.
            must_take_part(&api, office).await?;
            (format!("office-{office}"), office_rights(office.as_str()))
        }
    };
    // A role session name has at most 64 characters.
    let name: String = name.chars().take(64).collect();
    let session = api.files.session(&api.storage_role, &name, &rights, (api.now)()).await.context("taking a role")?;
    let given = StorageSession {
        access_key_id: session.access_key_id,
        secret_access_key: session.secret_access_key,
        session_token: session.session_token,
        bucket: session.bucket,
        expires_at: session.expires_at.to_string(),
        put: rights.put,
        get: rights.get,
    };
    answer::json(StatusCode::CREATED, &given)
}

fn clinic_rights(clinic: &str) -> SessionRights {
    SessionRights {
        put: vec![format!("receipts/{clinic}/*"), format!("rosters/{clinic}/*")],
        get: vec![format!("roster-results/{clinic}/*")],
    }
}

fn office_rights(office: &str) -> SessionRights {
    SessionRights {
        put: vec![format!("outbox/{office}/*"), format!("inbox/{office}/*/_ack.json")],
        get: vec![format!("inbox/{office}/*"), format!("results/{office}/*")],
    }
}
