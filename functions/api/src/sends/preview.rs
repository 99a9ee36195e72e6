use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    compose::compose,
    forecast_view::ForecastView,
    prospect_view::{ExampleView, LeftOutView},
    request::SendRequest,
};
use crate::{
    Api, answer, caller::Caller, error::ApiError, fields::Fields, problem::Problem, request_body::JsonBody,
    request_parts::Asked, templates::check::CheckedText,
};

/// How much of a preview.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewAsked {
    /// Messages that are shown as the patients would get them: 0 to 20; 3 without it.
    examples: Option<String>,
}

/// What a message would be, before anything is made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Preview {
    forecast: ForecastView,
    /// The first messages, as the patients would get them.
    examples: Vec<ExampleView>,
    /// The first patients to whom nothing would go now, and why.
    left_out: Vec<LeftOutView>,
    #[serde(flatten)]
    checked: CheckedText,
}

const EXAMPLES: usize = 3;
const MAX_EXAMPLES: usize = 20;
const MAX_LEFT_OUT: usize = 200;

/// Looks at a message on its real patients: what each would get, by which channel and why, who gets nothing and
/// why, and what it costs. Makes nothing.
#[utoipa::path(
    post, path = "/v1/sends/preview", tag = "messages", request_body = SendRequest, params(PreviewAsked),
    responses(
        (status = 200, description = "Done.", body = Preview),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn preview_send(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<PreviewAsked>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let n_examples = match asked.examples.as_deref().map(str::parse::<usize>) {
        None => EXAMPLES,
        Some(Ok(n)) if n <= MAX_EXAMPLES => n,
        Some(_) => return Err(Fields::refused("examples", format!("0から{MAX_EXAMPLES}の整数にしてください。"))),
    };
    let wanted = body.read::<SendRequest>()?.check()?;
    let composed = compose(&api, &caller.clinic, &wanted).await?;
    let outlook = composed.outlook(&api, &caller.clinic).await?;

    let template = &composed.checked.template;
    let each = || outlook.addressees.iter().zip(&outlook.recipients).zip(&outlook.prospects);
    let examples = each()
        .filter_map(|((found, recipient), prospect)| ExampleView::of(found.as_ref(), recipient, prospect, template));
    let left_out = composed.patients.iter().zip(&outlook.addressees).zip(&outlook.prospects);
    let left_out =
        left_out.filter_map(|((patient, found), prospect)| LeftOutView::of(patient, found.as_ref(), prospect));
    let preview = Preview {
        examples: examples.take(n_examples).collect(),
        left_out: left_out.take(MAX_LEFT_OUT).collect(),
        forecast: outlook.forecast.into(),
        checked: composed.checked.view(),
    };
    answer::json(StatusCode::OK, &preview)
}
