use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::Freshness;
use japan::Month;
use jiff::{SignedDuration, Timestamp, civil::Date};
use ledger::{UploadRow, UploadStatus};
use receipt::Payer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, words};

/// What somebody at the clinic should see to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Notices {
    /// The most pressing first.
    notices: Vec<Notice>,
}

/// Something to see to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// `upload-waiting`, `upload-failed`, `month-not-uploaded` or `month-missing`.
    #[schema(value_type = String)]
    code: &'static str,
    /// What to do, in Japanese.
    message: String,
    /// `shaho` or `kokuho`, of a month.
    #[schema(value_type = Option<String>)]
    payer: Option<&'static str>,
    /// 請求年月, `yyyy-mm`, of a month.
    claim_month: Option<String>,
    /// The number of an upload.
    upload: Option<u64>,
}

/// The day of a month from which its claim files are missed: claims are due by the 10th.
const MISSED_FROM_DAY: i8 = 11;
/// How many uploads are looked through.
const RECENT_UPLOADS: usize = 200;
/// How long a failure is news.
const FAILURE_SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Claim files that are not there yet, and uploads that wait or failed.
#[utoipa::path(
    get, path = "/v1/notices", tag = "notices",
    responses(
        (status = 200, description = "Done.", body = Notices),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_notices(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let today = api.today().await?;
    let slots = api.ledger.slots(&caller.clinic).await.context("reading slots")?;
    let uploads = api.ledger.uploads(&caller.clinic, None, RECENT_UPLOADS).await.context("reading uploads")?;
    let claims: BTreeSet<(Payer, Month)> =
        slots.iter().filter(|it| !it.slot.parts.is_empty()).map(|it| (it.key.payer, it.key.claim_month)).collect();

    let now = (api.now)();
    let mut notices: Vec<Notice> = uploads.iter().filter_map(|it| of_upload(&it.row, now)).collect();
    notices.extend(of_months(&claims, today));
    answer::json(StatusCode::OK, &Notices { notices })
}

fn of_upload(upload: &UploadRow, now: Timestamp) -> Option<Notice> {
    let number = upload.number;
    let (code, message) = match upload.status {
        UploadStatus::Waiting => (
            "upload-waiting",
            format!("アップロード{number}番は確認待ちです。追加、置き換え、取消のどれかを選んでください。"),
        ),
        UploadStatus::Failed if now.duration_since(upload.created_at) <= FAILURE_SHOWN => (
            "upload-failed",
            format!("アップロード{number}番は取り込めませんでした。理由を確かめ、ファイルを直して送り直してください。"),
        ),
        _ => return None,
    };
    Some(Notice { code, message, payer: None, claim_month: None, upload: Some(number) })
}

/// Of the payers seen in the three months before, the months since that are due and not in; then the months
/// that are missing between others.
fn of_months(claims: &BTreeSet<(Payer, Month)>, today: Date) -> Vec<Notice> {
    let this_month = Month::of(today);
    let recent = this_month.plus(-3)..this_month;
    let seen: BTreeSet<Payer> = claims.iter().filter(|it| recent.contains(&it.1)).map(|it| it.0).collect();
    // In their order, so that the newest month of a payer stays.
    let newest: BTreeMap<Payer, Month> = claims.iter().filter(|it| seen.contains(&it.0)).copied().collect();
    let last_due = if today.day() >= MISSED_FROM_DAY { this_month } else { this_month.plus(-1) };
    let late = newest.into_iter().flat_map(|(payer, newest)| {
        let since = (1..=3).map(move |it| newest.plus(it)).filter(move |it| *it <= last_due);
        since.filter(move |it| !claims.contains(&(payer, *it))).map(move |month| (payer, month))
    });
    let late = late.map(|(payer, month)| {
        let message = format!(
            "{}の請求年月 {month} のレセプトがまだありません。ファイルをアップロードしてください。",
            words::payer_name(payer)
        );
        of_month("month-not-uploaded", message, payer, month)
    });
    let missing = Freshness::of(claims.iter().copied(), today).missing.into_iter().map(|(payer, month)| {
        let message = format!(
            "{}の請求年月 {month} のレセプトがありません。手元にあればアップロードしてください。",
            words::payer_name(payer)
        );
        of_month("month-missing", message, payer, month)
    });
    late.chain(missing).collect()
}

fn of_month(code: &'static str, message: String, payer: Payer, month: Month) -> Notice {
    Notice { code, message, payer: Some(words::payer(payer)), claim_month: Some(month.to_string()), upload: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claims: &[(Payer, &str)], today: &str, expected: &[&str]) {
        let claims = claims.iter().map(|(payer, month)| (*payer, month.parse().unwrap())).collect();
        let notices = of_months(&claims, today.parse().unwrap());
        let shown: Vec<String> = notices
            .iter()
            .map(|it| format!("{} {} {}", it.code, it.payer.unwrap(), it.claim_month.as_deref().unwrap()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_month_is_missed_from_the_11th_on() {
        use Payer::{Kokuho, Shaho};
        let claims = [(Shaho, "2026-10"), (Kokuho, "2026-10"), (Kokuho, "2026-11")];
        check(&claims, "2026-11-10", &[]);
        check(&claims, "2026-11-11", &["month-not-uploaded shaho 2026-11"]);
        check(&[(Shaho, "2026-07")], "2026-11-11", &[]);
        check(&[], "2026-11-11", &[]);
    }

    #[test]
    fn a_month_that_was_never_uploaded_stays_missed_when_the_next_begins() {
        let claims = [(Payer::Shaho, "2026-09")];
        check(&claims, "2026-10-11", &["month-not-uploaded shaho 2026-10"]);
        check(&claims, "2026-11-01", &["month-not-uploaded shaho 2026-10"]);
        let both = ["month-not-uploaded shaho 2026-10", "month-not-uploaded shaho 2026-11"];
        check(&claims, "2026-11-11", &both);
        check(&claims, "2026-12-10", &both);
    }

    #[test]
    fn a_month_missing_between_others_is_named() {
        use Payer::Shaho;
        let claims = [(Shaho, "2026-09"), (Shaho, "2026-11")];
        check(&claims, "2026-11-01", &["month-missing shaho 2026-10"]);
    }
}
