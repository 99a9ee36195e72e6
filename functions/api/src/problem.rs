use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// What kind of problem it is. The code is stable; the title is what people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    MalformedBody,
    InvalidFields,
    InvalidGroups,
    InvalidTemplate,
    TooManyTemplates,
    NotInReview,
    OptedOutSince,
    OwnRefusal,
    NotSuppressed,
    TooLarge,
    UnsupportedMediaType,
    Conflict,
    NothingWaits,
    NothingToUndo,
    NotCurrent,
    ReplacementGone,
    StillImporting,
    PreconditionRequired,
    PreconditionFailed,
    KeyReused,
    IdReused,
    InProgress,
    OfficeUnregistered,
    PartnerUnconfirmed,
    TransferWithdrawn,
    AlreadyFetched,
    AlreadyImported,
    NoDeletion,
    Internal,
}

impl Code {
    fn told(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Unauthorized => (S::UNAUTHORIZED, "unauthorized", "トークンが使えません"),
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "このトークンではできません"),
            Self::NotFound => (S::NOT_FOUND, "not-found", "見つかりません"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method-not-allowed", "この操作はできません"),
            Self::MalformedBody => (S::BAD_REQUEST, "malformed-body", "JSONとして読み取れません"),
            Self::InvalidFields => (S::UNPROCESSABLE_ENTITY, "invalid-fields", "入力に誤りがあります"),
            Self::InvalidGroups => (S::UNPROCESSABLE_ENTITY, "invalid-groups", "グループの設定に誤りがあります"),
            Self::InvalidTemplate => (S::UNPROCESSABLE_ENTITY, "invalid-template", "文面に誤りがあります"),
            Self::TooManyTemplates => (S::CONFLICT, "too-many-templates", "テンプレートが多すぎます"),
            Self::NotInReview => (S::CONFLICT, "not-in-review", "要確認ではありません"),
            Self::OptedOutSince => (S::CONFLICT, "opted-out-since", "その後に配信停止されています"),
            Self::OwnRefusal => (S::CONFLICT, "own-refusal", "職員が解除できるものではありません"),
            Self::NotSuppressed => (S::CONFLICT, "not-suppressed", "止められていません"),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "too-large", "リクエストが大きすぎます"),
            Self::UnsupportedMediaType => (S::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "JSONではありません"),
            Self::Conflict => (S::CONFLICT, "conflict", "ほかの変更が先に行われました"),
            Self::NothingWaits => (S::CONFLICT, "nothing-waits", "確認待ちではありません"),
            Self::NothingToUndo => (S::CONFLICT, "nothing-to-undo", "元に戻すものがありません"),
            Self::NotCurrent => (S::CONFLICT, "not-current", "もう使われていないファイルです"),
            Self::ReplacementGone => (S::CONFLICT, "replacement-gone", "置き換える相手がもうありません"),
            Self::StillImporting => (S::CONFLICT, "still-importing", "取り込みの途中です"),
            Self::PreconditionRequired => (S::PRECONDITION_REQUIRED, "precondition-required", "版の指定が必要です"),
            Self::PreconditionFailed => (S::PRECONDITION_FAILED, "precondition-failed", "ほかの人が先に変更しました"),
            Self::KeyReused => (S::UNPROCESSABLE_ENTITY, "idempotency-key-reused", "Idempotency-Keyが使用済みです"),
            Self::IdReused => (S::CONFLICT, "id-reused", "idが使用済みです"),
            Self::InProgress => (S::CONFLICT, "request-in-progress", "同じリクエストを処理しています"),
            Self::OfficeUnregistered => (S::CONFLICT, "office-unregistered", "事業所が登録されていません"),
            Self::PartnerUnconfirmed => (S::CONFLICT, "partner-unconfirmed", "確認していない相手です"),
            Self::TransferWithdrawn => (S::CONFLICT, "transfer-withdrawn", "取り消された送信です"),
            Self::AlreadyFetched => (S::CONFLICT, "already-fetched", "相手がすでに取得しています"),
            Self::AlreadyImported => (S::CONFLICT, "already-imported", "すでに取込済です"),
            Self::NoDeletion => (S::UNPROCESSABLE_ENTITY, "no-deletion", "削除ファイルを作れません"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "処理できませんでした"),
        }
    }
}

/// What went wrong, as RFC 9457 (`application/problem+json`) says it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Names the kind of problem; nothing is to be fetched there.
    #[serde(rename = "type")]
    kind: String,
    /// Stable; decide by it.
    #[schema(value_type = String)]
    code: &'static str,
    /// What it is, in Japanese.
    #[schema(value_type = String)]
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What to do next, in Japanese.
    detail: String,
    /// Every field that must be changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// A field that must be changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Of the body or the address.
    pub(crate) field: String,
    /// What to change, in Japanese.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        let (status, code, title) = code.told();
        let kind = format!("https://kayoi.example/problems/{code}");
        Self { kind, code, title, status: status.as_u16(), detail: detail.into(), errors: Vec::new() }
    }

    pub(crate) fn of_fields(errors: Vec<FieldError>) -> Self {
        let detail = "errorsの各項目を直して、もう一度送ってください。";
        Self { errors, ..Self::new(Code::InvalidFields, detail) }
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
