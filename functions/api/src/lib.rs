//! The HTTP interface for programs. For clinics: uploads and what became of them, groups, lists,
//! patients. For care offices: partners, bundles, transfers, drafts, messages, evidence.
//!
//! A token opens one clinic or one care office, and no path names whose: whatever a request asks for is
//! looked up under the tenant of its token, so an id of another tenant is an id that does not exist. What
//! two offices share, a transfer or a message, is found from either side and by nobody else.
//!
//! **Invariant:** every route but the health check and the document is behind `caller::authenticate`;
//! what may be told of a failure is an `error::ApiError`, and nothing else is told.

mod answer;
mod bundles;
mod caller;
mod consents;
mod document;
mod drafts;
mod error;
mod evidence;
mod fields;
mod groups;
mod health;
mod idempotency;
mod lint_rules;
mod mail_address;
mod masters;
mod message_settings;
mod months;
mod notices;
mod offices;
mod page;
mod patients;
mod problem;
mod refresh;
mod request_body;
mod request_log;
mod request_parts;
mod reviews;
mod rosters;
mod sends;
mod signed;
mod staff_log;
mod storage;
mod suppressions;
mod templates;
#[cfg(test)]
mod tests;
mod threads;
mod tokyo_time;
mod transfers;
mod uploads;
mod words;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use careplan::exchange::Seal;
use delivery::MilliYen;
use files::Files;
use jiff::Timestamp;
use ledger::{Clock, Ledger};
use queue::Queue;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use crate::masters::Masters;

/// What the function works with.
pub struct Api {
    /// The tables.
    pub ledger: Ledger,
    /// The data bucket.
    pub files: Files,
    /// Where refreshes are asked for.
    pub refresh: Queue,
    /// What one part of a text message costs.
    pub sms_part_price: MilliYen,
    /// Where "today" comes from.
    pub clock: Clock,
    /// The time, for signatures and expiry.
    pub now: fn() -> Timestamp,
    /// Makes ids of 128 random bits.
    pub random_id: fn() -> String,
    /// What identities are hashed under: the same secret as the refresh has.
    pub identity_secret: Vec<u8>,
    /// Where patients' pages are, as `https://p.kayoi.example`.
    pub pages: String,
    /// Names of codes.
    pub masters: Masters,
    /// What evidence is signed with: the same as the exchange has.
    pub seal: Seal,
    /// The role that bucket tools get, cut down to one tenant each time.
    pub storage_role: String,
}

/// The largest body of a request: files go to the bucket, not through here.
const BODY_MAX_BYTES: usize = 1024 * 1024;

/// The routes of the API.
pub fn router(api: Api) -> Router {
    let api = Arc::new(api);
    let (router, document) = routes(&api).split_for_parts();
    router
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::no_method)
        .layer(Extension(document::Document::new(document)))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(from_fn_with_state(api.clone(), request_log::log))
        .with_state(api)
}

fn routes(api: &Arc<Api>) -> OpenApiRouter<Arc<Api>> {
    let of_both = OpenApiRouter::new().routes(routes!(storage::create_storage_session));
    let guarded = of_both.merge(of_clinics()).merge(of_messages()).merge(of_offices());
    let guarded = guarded.route_layer(from_fn_with_state(api.clone(), caller::authenticate));
    document::empty()
        .routes(routes!(health::health))
        .routes(routes!(document::document))
        .merge(guarded)
        .layer(from_fn(request_log::name_route))
}

/// What a token of a clinic is for.
fn of_clinics() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(uploads::list::list_uploads, uploads::create::create_upload))
        .routes(routes!(uploads::list::get_upload))
        .routes(routes!(uploads::decision::decide_upload))
        .routes(routes!(uploads::undo::undo_upload))
        .routes(routes!(groups::settings::get_groups, groups::settings::put_groups))
        .routes(routes!(groups::counts::count_groups))
        .routes(routes!(groups::members::list_members))
        .routes(routes!(notices::list_notices))
        .routes(routes!(rosters::preview_roster))
        .routes(routes!(patients::search::search_patients))
        .routes(routes!(patients::detail::get_patient, patients::erasure::erase_patient))
        .routes(routes!(patients::contacted::put_contacted, patients::contacted::delete_contacted))
        .routes(routes!(patients::exclusion::put_exclusion))
        .routes(routes!(patients::links::merge_patients))
        .routes(routes!(patients::links::split_patient))
        .routes(routes!(patients::export::export_patient))
}

/// What a token of a clinic is for, about messages to patients.
fn of_messages() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(message_settings::edit::get_message_settings, message_settings::edit::put_message_settings))
        .routes(routes!(message_settings::pause::put_pause))
        .routes(routes!(consents::show::get_consents, consents::record::record_consent))
        .routes(routes!(consents::refuse::record_opt_out))
        .routes(routes!(reviews::list::list_reviews))
        .routes(routes!(reviews::decide::decide_review))
        .routes(routes!(sends::preview::preview_send))
        .routes(routes!(suppressions::list::list_suppressions))
        .routes(routes!(suppressions::lift::lift_suppression))
        .routes(routes!(staff_log::list_staff_log))
        .routes(routes!(threads::list::list_threads))
        .routes(routes!(threads::show::get_thread))
        .routes(routes!(threads::seen::mark_seen))
        .routes(routes!(templates::list::list_templates, templates::edit::create_template))
        .routes(routes!(templates::check::check_template))
        .routes(routes!(templates::list::get_template, templates::edit::put_template, templates::edit::delete_template))
}

/// What a token of a care office is for.
fn of_offices() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(offices::registration::get_office, offices::registration::put_office))
        .routes(routes!(offices::partners::get_known_office))
        .routes(routes!(offices::partners::list_partners))
        .routes(routes!(offices::partners::put_partner))
        .routes(routes!(offices::messages::list_messages))
        .routes(routes!(offices::messages::put_message))
        .routes(routes!(bundles::create_bundle))
        .routes(routes!(bundles::get_bundle))
        .routes(routes!(drafts::edit::list_drafts))
        .routes(routes!(drafts::edit::put_draft, drafts::edit::delete_draft))
        .routes(routes!(drafts::send::send_draft))
        .routes(routes!(transfers::list::list_transfers))
        .routes(routes!(transfers::list::get_transfer))
        .routes(routes!(transfers::fetch::fetch_transfer))
        .routes(routes!(transfers::answer::answer_transfer))
        .routes(routes!(transfers::withdraw::withdraw_transfer))
        .routes(routes!(transfers::deletion::get_deletion))
        .routes(routes!(evidence::list_evidence))
}
