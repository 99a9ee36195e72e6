use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use clinic::{RECEIPT_FILE_MAX_BYTES, SlotKind};
use ledger::{ClinicId, Inbox, UploadRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, caller::Caller, error::ApiError, fields::Fields, idempotency, problem::Problem, request_body::JsonBody, words,
};

/// What is to be uploaded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadRequest {
    /// `receipts` for claim files, `rosters` for patient, appointment and questionnaire CSV.
    #[schema(required, pattern = "^(receipts|rosters)$")]
    inbox: Option<String>,
    /// What people call the file; no key is made of it.
    #[schema(required, min_length = 1, max_length = 255)]
    file_name: Option<String>,
    /// How large it is, up to 100 MB.
    #[schema(required, minimum = 1, maximum = 104_857_600)]
    size_bytes: Option<u64>,
    /// 点検用 `inspection` or 提出用 `submission`; without it the content tells.
    #[schema(pattern = "^(inspection|submission)$")]
    kind: Option<String>,
}

struct Wanted {
    inbox: Inbox,
    file_name: String,
    kind: Option<SlotKind>,
}

impl UploadRequest {
    fn check(self) -> Result<Wanted, ApiError> {
        let mut fields = Fields::default();
        let inbox = fields.required("inbox", self.inbox);
        let inboxes = [("receipts", Inbox::Receipts), ("rosters", Inbox::Rosters)];
        let inbox = inbox.and_then(|it| fields.choice("inbox", &it, &inboxes));
        let file_name = fields.required("file_name", self.file_name);
        if file_name.as_deref().is_some_and(|it| !is_name(it)) {
            fields.refuse("file_name", "改行などを含まない、1文字から255文字の名前にしてください。");
        }
        match fields.required("size_bytes", self.size_bytes) {
            Some(0) => fields.refuse("size_bytes", "空のファイルは送れません。"),
            Some(size) if size > RECEIPT_FILE_MAX_BYTES => {
                fields.refuse(
                    "size_bytes",
                    "100MBまでにしてください。月ごと、審査支払機関ごとに分けて出力してください。",
                );
            }
            _ => {}
        }
        let kind = self.kind.and_then(|it| fields.choice("kind", &it, &words::KINDS));
        if kind.is_some() && inbox == Some(Inbox::Rosters) {
            fields.refuse("kind", "レセプト (receipts) にだけ指定できます。");
        }
        fields.accept(inbox.zip(file_name).map(|(inbox, file_name)| Wanted { inbox, file_name, kind }))
    }
}

fn is_name(file_name: &str) -> bool {
    let n_chars = file_name.chars().count();
    !file_name.trim().is_empty() && n_chars <= 255 && !file_name.chars().any(char::is_control)
}

/// Where to send a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadPlace {
    /// The upload's number, by which it is followed.
    number: u64,
    /// Where to POST `multipart/form-data`.
    url: String,
    /// The form's fields, each as it is; the file comes last, as `file`.
    fields: BTreeMap<String, String>,
    /// Until when.
    expires_at: String,
}

/// Asks for a place to send a file to. Its number is taken now: of two files of one month the one
/// with the higher number counts.
#[utoipa::path(
    post, path = "/v1/uploads", tag = "uploads", request_body = UploadRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the same answer for 24 hours.")),
    responses(
        (status = 201, description = "Done.", body = UploadPlace),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn create_upload(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let wanted = body.read::<UploadRequest>()?.check()?;
    let request = [b"POST /v1/uploads\n", &*body.0].concat();
    let work = open_place(&api, &caller.clinic, wanted);
    idempotency::once(&api, &caller.clinic, &headers, &request, StatusCode::CREATED, work).await
}

async fn open_place(api: &Api, clinic: &ClinicId, wanted: Wanted) -> Result<UploadPlace, ApiError> {
    let number = api.ledger.next_upload_number(clinic).await.context("taking a number")?;
    let inbox = match wanted.inbox {
        Inbox::Receipts => "receipts",
        Inbox::Rosters => "rosters",
    };
    let key = format!("{inbox}/{clinic}/{number:012}-{}", (api.random_id)());
    let mut row = UploadRow::new(wanted.inbox, key.clone(), wanted.file_name, (api.now)());
    row.number = number;
    row.stated_kind = wanted.kind;
    api.ledger.accept_upload(clinic, &host::key_hash(&key), row).await.context("accepting an upload")?;

    let signer = api.signer()?;
    let place = signer.post(&key, "application/octet-stream", RECEIPT_FILE_MAX_BYTES).await?;
    Ok(UploadPlace { number, url: place.url, fields: place.fields, expires_at: signer.expires_at.to_string() })
}
