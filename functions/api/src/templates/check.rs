use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, Lint, LintSeverity, Template, TemplateText, Values, lint};
use ledger::ClinicId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    problem::{Code, Problem},
    request_body::JsonBody,
};

/// A text to be looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextRequest {
    /// 件名, one line; tags as `{患者氏名}` or, with what stands in for a value that is missing,
    /// `{患者氏名|お客様}`.
    #[schema(max_length = 200)]
    pub(crate) subject: String,
    /// 本文.
    #[schema(max_length = 4500)]
    pub(crate) body: String,
}

/// What is to be said of a text.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedText {
    /// Whether it may be sent: no lint is an `error`.
    pub(crate) is_sendable: bool,
    /// The tags it uses, as authors write them.
    #[schema(value_type = Vec<String>)]
    pub(crate) tags: Vec<&'static str>,
    /// What its author should know, by channel.
    pub(crate) lints: Vec<LintView>,
}

/// Something about a text that its author should know.
#[derive(Serialize, ToSchema)]
pub(crate) struct LintView {
    /// `line`, `sms` or `mail`.
    #[schema(value_type = String)]
    channel: Channel,
    /// What, where (as filled in with made-up values), and what to do.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    lint: Lint,
}

/// The text as the linter has read it.
pub(crate) struct Checked {
    pub(crate) template: Template,
    lints: Vec<LintView>,
}

impl Checked {
    pub(crate) fn is_sendable(&self) -> bool {
        self.lints.iter().all(|it| it.lint.severity != LintSeverity::Error)
    }

    pub(crate) fn view(self) -> CheckedText {
        let tags = self.template.tags().into_iter().map(|it| it.name()).collect();
        CheckedText { is_sendable: self.is_sendable(), tags, lints: self.lints }
    }
}

/// Reads `text` and holds it against the rules of every channel that the clinic uses.
///
/// # Errors
///
/// [`Code::InvalidTemplate`] where it has a tag that does not exist, and such.
pub(crate) async fn checked(api: &Api, clinic: &ClinicId, text: &TemplateText) -> Result<Checked, ApiError> {
    let template = Template::parse(text);
    let template = template.map_err(|err| ApiError::new(Code::InvalidTemplate, format!("{err}。")))?;
    let clinic_name = api.clinic_name(clinic).await?;
    let settings = api.ledger.message_settings(clinic).await.context("reading settings")?.row;
    let sample = Values::sample(&clinic_name, &api.sample_link()?);
    let sample = template.render(&sample).ok().context("a sample with every value")?;
    let rules = api.lint_rules(&clinic_name, &settings, &[&sample.subject, &sample.body]).await?;
    let of_channel =
        |channel: Channel| lint(channel, &sample, &rules).into_iter().map(move |lint| LintView { channel, lint });
    let lints = settings.order.iter().flat_map(|it| of_channel(*it)).collect();
    Ok(Checked { template, lints })
}

/// Looks at a text without saving it: what its author should know on each channel that the clinic uses.
#[utoipa::path(
    post, path = "/v1/templates/check", tag = "messages", request_body = TextRequest,
    responses(
        (status = 200, description = "Done.", body = CheckedText),
        (status = "default", description = "Why it was not done; `invalid-template` for a tag that does not exist.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn check_template(
    State(api): State<Arc<Api>>,
    caller: Caller,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let TextRequest { subject, body } = body.read()?;
    let checked = checked(&api, &caller.clinic, &TemplateText { subject, body }).await?;
    answer::json(StatusCode::OK, &checked.view())
}
