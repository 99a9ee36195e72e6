//! Bundles: places for the files that an office sends at once, and what became of them.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::{
    OfficeNumber,
    exchange::{BundleId, Limits, MarkedFile, SendMarker},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::OfficeCaller,
    error::ApiError,
    fields::Fields,
    offices::must_take_part,
    problem::Problem,
    request_body::JsonBody,
    request_parts::{CHOSEN_ID, Id},
    signed::{PostPlace, Signer},
};

/// What is to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BundleRequest {
    /// Chosen by the sender: `[A-Za-z0-9_-]{1,64}`.
    #[schema(required, pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: Option<String>,
    #[schema(required, min_items = 1, max_items = 500)]
    files: Option<Vec<BundleFile>>,
}

/// A file that is to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BundleFile {
    /// As `_send.json` will call it.
    #[schema(required, min_length = 1, max_length = 255)]
    name: Option<String>,
    /// Bytes, up to 10 MB: no more is taken.
    #[schema(required, maximum = 10_485_760)]
    size: Option<u64>,
}

struct Wanted {
    id: BundleId,
    /// Name and bytes.
    files: Vec<(String, u64)>,
}

pub(crate) const MAX_FILES: usize = SendMarker::MAX_FILES;
/// Bytes of the largest `_send.json`.
const MARKER_MAX_BYTES: u64 = 1024 * 1024;
/// Several times what a bundle of as many files has to tell.
const RESULT_MAX_BYTES: u64 = 5 * 1024 * 1024;

impl BundleRequest {
    fn check(self) -> Result<Wanted, ApiError> {
        let mut fields = Fields::default();
        let id = fields.required("id", self.id).and_then(|it| {
            let id = BundleId::parse(&it);
            if id.is_none() {
                fields.refuse("id", CHOSEN_ID);
            }
            id
        });
        let asked = fields.required("files", self.files).unwrap_or_default();
        if asked.is_empty() || asked.len() > MAX_FILES {
            fields.refuse("files", format!("1個から{MAX_FILES}個にしてください。"));
        }
        let (mut files, mut names) = (Vec::new(), FileNames::default());
        for (at, file) in asked.into_iter().take(MAX_FILES).enumerate() {
            let name = fields.required(&format!("files[{at}].name"), file.name);
            let name = name.and_then(|it| names.take(&mut fields, at, it));
            let size = fields.required(&format!("files[{at}].size"), file.size);
            let size = size.and_then(|it| size_of(&mut fields, at, it));
            files.extend(name.zip(size));
        }
        fields.accept(id.map(|id| Wanted { id, files }))
    }
}

/// The names of a bundle, each of which may be there once.
#[derive(Default)]
pub(crate) struct FileNames(BTreeSet<String>);

impl FileNames {
    /// The name of the file at `at`, if the bundle may have it.
    pub(crate) fn take(&mut self, fields: &mut Fields, at: usize, name: String) -> Option<String> {
        let field = format!("files[{at}].name");
        if !MarkedFile::is_name(&name) {
            let advice = "使えない名前です。「/」や制御文字、「${filename}」を含まない、255バイトまでの名前にしてください（_send.jsonは使えません）。";
            fields.refuse(&field, advice);
            return None;
        }
        if !self.0.insert(name.clone()) {
            fields.refuse(&field, "同じ名前のファイルが前にもあります。");
            return None;
        }
        Some(name)
    }
}

/// The size of the file at `at`, if it may travel.
pub(crate) fn size_of(fields: &mut Fields, at: usize, size: u64) -> Option<u64> {
    let is_fit = size <= Limits::default().send_max_bytes;
    if !is_fit {
        fields.refuse(&format!("files[{at}].size"), "10MBまでにしてください。1件の送信の合計も10MBまでです。");
    }
    is_fit.then_some(size)
}

/// Where a bundle's files lie.
pub(crate) fn folder(office: &OfficeNumber, bundle: &BundleId) -> String {
    format!("outbox/{office}/{}/", bundle.as_str())
}

/// Where its result can be asked for.
pub(crate) fn result_path(bundle: &BundleId) -> String {
    format!("/v1/bundles/{}", bundle.as_str())
}

/// Where to send the files of a bundle.
#[derive(Serialize, ToSchema)]
pub(crate) struct BundlePlaces {
    bundle: String,
    /// One place for each file, in the order they were given.
    files: Vec<FilePlace>,
    /// The place of `_send.json`, which closes the bundle: send it last.
    marker: PostPlace,
    /// Where what became of it can be asked for, once it is closed.
    result: String,
    /// Until when the places are open.
    expires_at: String,
}

/// Where to send one file.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilePlace {
    name: String,
    #[serde(flatten)]
    place: PostPlace,
}

/// Asks for places to send the files of a bundle to. A repeat gets places for the same keys.
#[utoipa::path(
    post, path = "/v1/bundles", tag = "plans", request_body = BundleRequest,
    responses(
        (status = 201, description = "Done.", body = BundlePlaces),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create_bundle(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let wanted = body.read::<BundleRequest>()?.check()?;
    must_take_part(&api, &caller.office).await?;
    let places = places(&api.signer()?, &caller.office, wanted).await?;
    answer::json(StatusCode::CREATED, &places)
}

async fn places(signer: &Signer<'_>, office: &OfficeNumber, wanted: Wanted) -> Result<BundlePlaces, ApiError> {
    let folder = folder(office, &wanted.id);
    let mut files = Vec::with_capacity(wanted.files.len());
    for (name, size) in wanted.files {
        let place = signer.post(&format!("{folder}{name}"), "application/octet-stream", size.max(1)).await?;
        files.push(FilePlace { name, place });
    }
    let marker = signer.post(&format!("{folder}_send.json"), "application/json", MARKER_MAX_BYTES).await?;
    Ok(BundlePlaces {
        bundle: wanted.id.as_str().to_owned(),
        files,
        marker,
        result: result_path(&wanted.id),
        expires_at: signer.expires_at.to_string(),
    })
}

/// What became of a bundle: the outcome of every destination by itself.
#[utoipa::path(
    get, path = "/v1/bundles/{id}", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "As `results/<office>/<id>.json` has it.", body = Object),
        (status = "default", description = "Why it was not done; `not-found` until it was looked at.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_bundle(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let key = format!("results/{}/{}.json", caller.office, id.bundle()?.as_str());
    let json = api.files.get(&key, RESULT_MAX_BYTES).await.context("getting a result")?;
    let json = String::from_utf8(json.ok_or_else(ApiError::not_found)?).context("reading a result")?;
    Ok(answer::json_text(StatusCode::OK, json))
}
