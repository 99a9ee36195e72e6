use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clinic::Groups;
use jiff::{SignedDuration, civil::Date};
use ledger::{ClinicId, ClinicRow, Ledger, Opens, TokenHash, TokenRow};
use receipt::ClinicCode;
use serde_json::Value;

use super::stack::Stack;
use crate::{
    demo::{CLINIC_CODE, CLINIC_NAME, groups_json},
    upload::Api,
};

/// The invented clinic, set up.
pub(super) struct DemoClinic {
    /// The sign-in of the API.
    pub(super) token: String,
}

const ID: &str = "demo";

/// How long the token works; the stack will hardly live as long.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long the lists may take after the last upload is done.
const LISTS_LIMIT: Duration = Duration::from_secs(120);

impl DemoClinic {
    /// Makes the clinic with a token and, if it is to have files, its groups; sets the clock that
    /// stands still on `as_of`.
    pub(super) fn set_up(stack: &Stack, as_of: Option<Date>, with_groups: bool) -> anyhow::Result<Self> {
        let ledger = Ledger::in_dynamodb(&stack.aws(), stack.output("CoreTable")?, stack.output("AuthTable")?);
        let token = format!("kyt_{}", host::random_token());
        stack.wait(set_up(&ledger, as_of, with_groups, &token)).context("架空の診療所を作れません")?;
        Ok(Self { token })
    }
}

async fn set_up(ledger: &Ledger, as_of: Option<Date>, with_groups: bool, token: &str) -> anyhow::Result<()> {
    if let Some(as_of) = as_of {
        ledger.set_today(as_of).await?;
    }
    let id = ClinicId::parse(ID).context("an id of another form")?;
    let clinic_code = ClinicCode::parse(CLINIC_CODE).context("a clinic code of another form")?;
    let is_new = ledger.add_clinic(&id, &ClinicRow { name: CLINIC_NAME.to_owned(), clinic_code }).await?;
    ensure!(is_new, "the clinic is there already");
    if with_groups {
        let groups = Groups::from_json(groups_json())?;
        let before = ledger.groups(&id).await?;
        ensure!(ledger.set_groups(&id, groups, &before).await?.is_some(), "somebody else set the groups");
    }
    let expires_at_s = (host::now() + TOKEN_LIFE).as_second();
    let row = TokenRow {
        opens: Opens::Clinic(id),
        label: "kayoi up".to_owned(),
        person: Some("demo".to_owned()),
        expires_at_s,
    };
    ledger.add_token(&TokenHash::of(token), &row).await
}

/// The group counts once they are of everything that was uploaded.
pub(super) fn current_counts(api: &Api) -> anyhow::Result<Value> {
    let since = Instant::now();
    loop {
        let counts = api.get("/v1/groups/counts")?;
        if counts["is_current"] == true {
            return Ok(counts);
        }
        ensure!(since.elapsed() < LISTS_LIMIT, "一覧が新しくなりません");
        thread::sleep(Duration::from_millis(100));
    }
}
