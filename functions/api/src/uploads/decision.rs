use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::Slot;
use ledger::{ClinicId, Decision, PartOutcome, UploadPart, UploadRow, UploadStatus, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{slots::SlotDrafts, view::UploadView};
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    problem::{Code, Problem},
    refresh::TRIES,
    request_body::JsonBody,
    request_parts::Id,
};

/// What is decided about the parts that wait.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRequest {
    /// 追加 `add`, 置き換え `replace` or 取消 `cancel`.
    #[schema(required, pattern = "^(add|replace|cancel)$")]
    decision: Option<String>,
}

impl DecisionRequest {
    fn check(self) -> Result<Decision, ApiError> {
        let mut fields = Fields::default();
        let decisions = [("add", Decision::Add), ("replace", Decision::Replace), ("cancel", Decision::Cancel)];
        let decision = fields.required("decision", self.decision);
        let decision = decision.and_then(|it| fields.choice("decision", &it, &decisions));
        fields.accept(decision)
    }
}

/// Decides about an upload that waits (確認待ち).
#[utoipa::path(
    post, path = "/v1/uploads/{number}/decision", tag = "uploads", params(("number" = u64, Path)),
    request_body = DecisionRequest,
    responses(
        (status = 200, description = "Done.", body = UploadView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn decide_upload(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let number = id.upload_number()?;
    let decision = body.read::<DecisionRequest>()?.check()?;
    for _ in 0..TRIES {
        let upload = api.ledger.upload(&caller.clinic, number).await.context("reading an upload")?;
        let upload = upload.ok_or_else(ApiError::not_found)?;
        if !upload.row.parts.iter().any(is_waiting) {
            return Err(nothing_waits(&api, &caller.clinic, &upload.row).await);
        }
        let Some(decided) = decide(&api, &caller.clinic, &upload, decision).await? else { continue };
        if decided.row.parts.iter().any(is_waiting) {
            continue;
        }
        if decided.row.status == UploadStatus::Refreshing
            && let Some(generation) = decided.row.generation
        {
            api.ask_refresh(&caller.clinic, generation).await?;
        }
        return answer::json(StatusCode::OK, &UploadView::from(decided.row));
    }
    Err(ApiError::conflict())
}

fn is_waiting(part: &UploadPart) -> bool {
    matches!(part.outcome, PartOutcome::Waiting(_))
}

/// What a decision that comes too late is told. A refresh that an earlier try may have failed to ask
/// for is asked for again.
async fn nothing_waits(api: &Api, clinic: &ClinicId, upload: &UploadRow) -> ApiError {
    if upload.status == UploadStatus::Refreshing
        && let Some(generation) = upload.generation
        && let Err(err) = api.ask_refresh(clinic, generation).await
    {
        return err.into();
    }
    let detail = "このアップロードに確認待ちの内容はありません。最新の状態を確かめてください。";
    ApiError::new(Code::NothingWaits, detail)
}

/// The upload as decided; `None` when somebody else wrote something meanwhile.
async fn decide(
    api: &Api,
    clinic: &ClinicId,
    before: &Versioned<UploadRow>,
    decision: Decision,
) -> Result<Option<Versioned<UploadRow>>, ApiError> {
    let mut upload = before.row.clone();
    let keys: Vec<_> = upload.parts.iter().filter(|it| is_waiting(it)).filter_map(|it| it.slot).collect();
    let mut drafts = SlotDrafts::read(&api.ledger, clinic, keys).await?;
    for part in upload.parts.iter_mut().filter(|it| is_waiting(it)) {
        let key = part.slot.context("a part that waits for no slot")?;
        if let Some(slot) = drafts.slot(key) {
            decide_part(part, slot, decision)?;
        }
    }
    upload.settle();
    Ok(drafts.publish(&api.ledger, clinic, before, upload).await?)
}

fn decide_part(part: &mut UploadPart, slot: &mut Slot, decision: Decision) -> Result<(), ApiError> {
    let PartOutcome::Waiting(waiting) = &part.outcome else { return Ok(()) };
    let reference = part.reference.clone().context("a part that waits without its object")?;
    let is_current = slot.parts.iter().any(|it| it.object_sha256 == reference.object_sha256);
    let replaced = &waiting.replacement.object_sha256;
    part.outcome = match decision {
        Decision::Cancel => PartOutcome::Cancelled,
        _ if is_current => PartOutcome::Unchanged,
        Decision::Add => {
            *slot = slot.with(reference);
            PartOutcome::Added
        }
        Decision::Replace => {
            let Some(given_way) = slot.parts.iter().find(|it| it.object_sha256 == *replaced).cloned() else {
                let detail = "確認している間に、置き換える相手のファイルが変わりました。追加か取消を選ぶか、ファイルをもう一度アップロードしてください。";
                return Err(ApiError::new(Code::ReplacementGone, detail));
            };
            *slot = slot.with_in_place_of(replaced, reference);
            PartOutcome::Replaced(given_way)
        }
    };
    Ok(())
}
