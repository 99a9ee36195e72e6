use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use careplan::exchange::{Ack, AckError, AckReason, AckResult, TransferId};
use ledger::{TransferChange, TransferList};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::TransferView;
use crate::{
    Api, answer, caller::OfficeCaller, error::ApiError, fields::Fields, problem::Problem, request_body::JsonBody,
    request_parts::Id,
};

/// What the receiver's software says of a transfer, as `_ack.json` does.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerRequest {
    /// 取込済 `imported` or 取込不可 `rejected`.
    #[schema(required, pattern = "^(imported|rejected)$")]
    result: Option<String>,
    /// Records taken in.
    rows: Option<u64>,
    /// What could not be taken in, and why; `rejected` needs one.
    #[schema(max_items = 100)]
    #[serde(default)]
    reasons: Vec<AnswerReasonRequest>,
}

/// Why something could not be taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerReasonRequest {
    #[schema(max_length = 255)]
    file: Option<String>,
    /// Where in it, from 1.
    line: Option<u64>,
    /// The item, from 1.
    column: Option<u64>,
    /// In the words of the receiver's software.
    #[schema(max_length = 500)]
    message: String,
}

impl AnswerRequest {
    fn check(self, transfer: TransferId) -> Result<Ack, ApiError> {
        let mut fields = Fields::default();
        let results = [("imported", AckResult::Imported), ("rejected", AckResult::Rejected)];
        let result = fields.required("result", self.result).and_then(|it| fields.choice("result", &it, &results));
        let result = fields.accept(result)?;
        let reason = |AnswerReasonRequest { file, line, column, message }| AckReason { file, line, column, message };
        let reasons = self.reasons.into_iter().map(reason).collect();
        let ack = Ack { transfer: transfer.clone(), result, rows: self.rows, reasons };
        ack.checked(&transfer).map_err(|err| match err {
            AckError::NoReason => Fields::refused("reasons", "取込不可には理由が必要です。"),
            AckError::Unreadable | AckError::OtherTransfer => {
                Fields::refused("reasons", "100件まで、messageは500文字まで、fileは255バイトまでにしてください。")
            }
        })
    }
}

/// Answers a transfer: it was taken in (取込済), or could not be (取込不可). What could not be may be later,
/// never the other way. A repeat changes nothing.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/answer", tag = "plans", params(("id" = String, Path)),
    request_body = AnswerRequest,
    responses(
        (status = 200, description = "Done.", body = TransferView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn answer_transfer(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let row = super::received(&api, &caller.office, &id).await?;
    if body.0.len() as u64 > Ack::MAX_BYTES {
        return Err(Fields::refused("body", "64KBまでにしてください。"));
    }
    let ack = body.read::<AnswerRequest>()?.check(row.id.clone())?;
    let row = super::note(&api, &row, &TransferChange::Answered(ack)).await?;
    answer::json(StatusCode::OK, &TransferView::of(row, TransferList::Received))
}
