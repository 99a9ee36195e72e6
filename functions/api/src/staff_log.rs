//! What staff decided about messages, with who and when.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{Actor, StaffAct, StaffActRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor, is_timed_id},
    problem::Problem,
    request_parts::Asked,
};

/// How long what staff write beside a decision may be.
const NOTE_MAX_CHARS: usize = 500;

impl Api {
    /// `act` by who asks, now.
    pub(crate) fn act(&self, caller: &Caller, act: StaffAct) -> StaffActRow {
        StaffActRow::new(act, caller.actor.clone(), (self.now)(), &(self.random_id)())
    }
}

pub(crate) fn check_note(fields: &mut Fields, note: &str) {
    if note.chars().count() > NOTE_MAX_CHARS {
        fields.refuse("note", format!("{NOTE_MAX_CHARS}文字までにしてください。"));
    }
}

/// Which decisions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffLogAsked {
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffLogPage {
    /// The newest first.
    acts: Vec<StaffActView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// Something that staff decided.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffActView {
    #[schema(format = DateTime)]
    at: String,
    by: ActorView,
    /// What, with what it concerns: `"paused"`, `{"template_saved":{"template":"…"}}`.
    #[schema(value_type = Object)]
    act: StaffAct,
    note: String,
}

/// Who did something.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActorView {
    name: String,
    /// Whether it is a member of staff and no program.
    is_person: bool,
}

impl From<Actor> for ActorView {
    fn from(actor: Actor) -> Self {
        Self { name: actor.name().to_owned(), is_person: actor.is_person() }
    }
}

/// What staff decided about messages: who stopped, approved, resent or lifted what, and when. The newest first.
#[utoipa::path(
    get, path = "/v1/staff-log", tag = "messages", params(StaffLogAsked),
    responses(
        (status = 200, description = "Done.", body = StaffLogPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_staff_log(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<StaffLogAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_timed_id);
    let page = fields.accept(Some(page))?;

    let rows = api.ledger.staff_acts(&caller.clinic, page.after.as_deref(), page.limit + 1).await;
    let mut rows = rows.context("reading the log")?;
    let has_more = rows.len() > page.limit;
    rows.truncate(page.limit);
    let next = rows.last().filter(|_| has_more).map(|it| cursor(&it.id));
    let acts = rows.into_iter().map(|row| {
        let StaffActRow { at, by, act, note, .. } = row;
        StaffActView { at: at.to_string(), by: by.into(), act, note }
    });
    answer::json(StatusCode::OK, &StaffLogPage { acts: acts.collect(), next })
}
