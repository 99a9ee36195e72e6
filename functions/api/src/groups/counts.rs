use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::{Group, Status};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::civil::Date;
use ledger::{Applied, ClinicId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, words};

/// How many patients each group has.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupCounts {
    /// The day counted for: today.
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    #[serde(flatten)]
    freshness: FreshnessView,
    groups: Vec<GroupView>,
    /// What the last refresh applied, if there was one.
    applied: Option<AppliedView>,
    /// Whether that is everything that was uploaded and set.
    is_current: bool,
}

/// How far the claim files reach.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreshnessView {
    /// Until when every payer's claims are in.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) data_through: Option<Date>,
    /// The same for each payer.
    #[schema(value_type = BTreeMap<String, String>)]
    by_payer: BTreeMap<&'static str, Date>,
    /// 請求年月 of the last 12 without a file.
    missing: Vec<MissingMonth>,
}

/// A 請求年月 without a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct MissingMonth {
    /// `shaho` or `kokuho`.
    #[schema(value_type = String)]
    payer: &'static str,
    /// `yyyy-mm`.
    claim_month: String,
}

/// A group with its counts.
#[derive(Serialize, ToSchema)]
pub(crate) struct GroupView {
    id: String,
    name: String,
    /// 対象人数: the sum of the next three.
    members: u64,
    /// 正常.
    regular: u64,
    /// 離脱予備群.
    at_risk: u64,
    /// 離脱.
    dropped_out: u64,
    /// 対象外: who would be a member but for it.
    excluded: u32,
    /// Of whom the files cannot tell.
    unknown: u32,
    /// What that means, in Japanese.
    unknown_reason: Option<String>,
}

/// What the last refresh applied.
#[derive(Serialize, ToSchema)]
pub(crate) struct AppliedView {
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    generation: u64,
}

impl FreshnessView {
    pub(crate) fn of(applied: Option<&Applied>) -> Self {
        let Some(applied) = applied else {
            return Self { data_through: None, by_payer: BTreeMap::new(), missing: Vec::new() };
        };
        let missing = applied.missing.iter();
        Self {
            data_through: applied.data_through,
            by_payer: applied.by_payer.iter().map(|(payer, date)| (words::payer(*payer), *date)).collect(),
            missing: missing
                .map(|(payer, month)| MissingMonth { payer: words::payer(*payer), claim_month: month.to_string() })
                .collect(),
        }
    }
}

/// How many groups are counted at once.
const COUNTED_AT_ONCE: usize = 8;

/// How many patients each group has today, by status.
#[utoipa::path(
    get, path = "/v1/groups/counts", tag = "groups",
    responses(
        (status = 200, description = "Done.", body = GroupCounts),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn count_groups(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let as_of = api.today().await?;
    let groups = api.ledger.groups(clinic).await.context("reading groups")?.row.groups.groups;
    let applied = api.ledger.applied(clinic).await.context("reading what was applied")?.map(|it| it.row);
    let generation = api.ledger.generation(clinic).await.context("reading the generation")?.row.number;
    let groups = stream::iter(groups)
        .map(async |group| counted(&api, clinic, &group, as_of, applied.as_ref()).await)
        .buffered(COUNTED_AT_ONCE)
        .try_collect()
        .await
        .context("counting groups")?;
    let counts = GroupCounts {
        as_of,
        freshness: FreshnessView::of(applied.as_ref()),
        groups,
        is_current: applied.as_ref().is_some_and(|it| it.generation == generation),
        applied: applied.map(|it| AppliedView { as_of: it.as_of, generation: it.generation }),
    };
    answer::json(StatusCode::OK, &counts)
}

async fn counted(
    api: &Api,
    clinic: &ClinicId,
    group: &Group,
    as_of: Date,
    applied: Option<&Applied>,
) -> anyhow::Result<GroupView> {
    let count = async |status| api.ledger.count_members(clinic, group, status, as_of).await;
    let regular = count(Status::Regular).await?;
    let at_risk = count(Status::AtRisk).await?;
    let dropped_out = count(Status::DroppedOut).await?;
    let figures = applied.and_then(|it| it.groups.iter().find(|it| it.id == group.id));
    let unknown = figures.map_or(0, |it| it.unknown);
    let unknown_reason = (unknown > 0).then(|| {
        format!("点検用のレセプトがない月があり、医薬品の条件を判定できない患者が{unknown}人います（一覧には入れていません）。")
    });
    Ok(GroupView {
        id: group.id.clone(),
        name: group.name.clone(),
        members: regular + at_risk + dropped_out,
        regular,
        at_risk,
        dropped_out,
        excluded: figures.map_or(0, |it| it.excluded),
        unknown,
        unknown_reason,
    })
}
