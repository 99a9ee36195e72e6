use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::Slot;
use ledger::{ClinicId, PartOutcome, UploadPart, UploadRow, UploadStatus, Versioned};

use super::{slots::SlotDrafts, view::UploadView};
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    problem::{Code, Problem},
    refresh::TRIES,
    request_parts::Id,
};

/// Takes an upload back (元に戻す): what it added goes, and what it replaced becomes current again.
#[utoipa::path(
    post, path = "/v1/uploads/{number}/undo", tag = "uploads", params(("number" = u64, Path)),
    responses(
        (status = 200, description = "Done.", body = UploadView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn undo_upload(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let number = id.upload_number()?;
    for _ in 0..TRIES {
        let upload = api.ledger.upload(&caller.clinic, number).await.context("reading an upload")?;
        let upload = upload.ok_or_else(ApiError::not_found)?;
        if !upload.row.status.is_settled() {
            let detail = "取り込みが終わってから、もう一度行ってください。";
            return Err(ApiError::new(Code::StillImporting, detail));
        }
        if !upload.row.parts.iter().any(can_be_undone) {
            return Err(nothing_to_undo(&api, &caller.clinic, &upload.row).await);
        }
        let Some(undone) = undo(&api, &caller.clinic, &upload).await? else { continue };
        if undone.row.parts.iter().any(can_be_undone) {
            continue;
        }
        if let Some(generation) = undone.row.generation {
            api.ask_refresh(&caller.clinic, generation).await?;
        }
        return answer::json(StatusCode::OK, &UploadView::from(undone.row));
    }
    Err(ApiError::conflict())
}

fn can_be_undone(part: &UploadPart) -> bool {
    matches!(part.outcome, PartOutcome::Added | PartOutcome::Replaced(_) | PartOutcome::Waiting(_))
}

/// What a second try is told. A refresh that the first may have failed to ask for is asked for again.
async fn nothing_to_undo(api: &Api, clinic: &ClinicId, upload: &UploadRow) -> ApiError {
    if upload.status == UploadStatus::Cancelled
        && let Some(generation) = upload.generation
        && let Err(err) = api.ask_refresh(clinic, generation).await
    {
        return err.into();
    }
    ApiError::new(Code::NothingToUndo, "このアップロードは何も変えていないか、もう元に戻してあります。")
}

/// The upload taken back; `None` when somebody else wrote something meanwhile.
async fn undo(
    api: &Api,
    clinic: &ClinicId,
    before: &Versioned<UploadRow>,
) -> Result<Option<Versioned<UploadRow>>, ApiError> {
    let mut upload = before.row.clone();
    let keys: Vec<_> = upload.parts.iter().filter(|it| can_be_undone(it)).filter_map(|it| it.slot).collect();
    let mut drafts = SlotDrafts::read(&api.ledger, clinic, keys).await?;
    // From the last on, so that of two parts of one slot the later goes first.
    for part in upload.parts.iter_mut().rev().filter(|it| can_be_undone(it)) {
        let key = part.slot.context("a part that belongs to no slot")?;
        if let Some(slot) = drafts.slot(key) {
            undo_part(part, slot)?;
        }
    }
    upload.status = UploadStatus::Cancelled;
    Ok(drafts.publish(&api.ledger, clinic, before, upload).await?)
}

fn undo_part(part: &mut UploadPart, slot: &mut Slot) -> Result<(), ApiError> {
    let object = &part.reference.as_ref().context("a part without its object")?.object_sha256;
    let holds = |slot: &Slot, object: &str| slot.parts.iter().any(|it| it.object_sha256 == object);
    let is_published = !matches!(part.outcome, PartOutcome::Waiting(_));
    if is_published && !holds(slot, object) {
        let detail = "このファイルは、後からアップロードされたファイルに置き換えられています。先にそのアップロードを元に戻してください。";
        return Err(ApiError::new(Code::NotCurrent, detail));
    }
    *slot = match &part.outcome {
        PartOutcome::Replaced(before) if !holds(slot, &before.object_sha256) => {
            slot.with_in_place_of(object, before.clone())
        }
        PartOutcome::Added | PartOutcome::Replaced(_) => slot.without(object),
        _ => slot.clone(),
    };
    part.outcome = PartOutcome::Cancelled;
    Ok(())
}
