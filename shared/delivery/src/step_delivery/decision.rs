use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PlanReason, PlanRow, PlanRules, PlanState, RunningDelivery};

/// What a person decided about a row (承認, 送信中止), and who wrote what it decides about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// 承認 or 送信中止.
    pub verdict: Verdict,
    /// Id of the user who decided.
    pub approver: String,
    /// Id of the user who wrote the delivery.
    pub author: String,
    /// Why, in the user's words.
    pub comment: Option<String>,
    /// The day it was decided.
    pub on: Date,
    /// The last day on which an approval holds; `None` where the grace alone ends it.
    pub expires: Option<Date>,
    /// The revision of the delivery that was looked at: a text that changes must be approved again.
    pub revision: u32,
    /// Whether 「この後に来院した可能性あり」 was shown with it: then it releases what is held for that.
    pub releases: bool,
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 承認.
    Approved,
    /// 送信中止.
    Cancelled,
}

impl std::fmt::Debug for Decision {
    /// Without the comment, in which people name patients.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decision").field("verdict", &self.verdict).field("on", &self.on).finish_non_exhaustive()
    }
}

/// Who decides, and with what words.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    /// Id of the user.
    pub user: &'a str,
    /// Why.
    pub comment: Option<&'a str>,
    /// The last day on which an approval is to hold.
    pub expires: Option<Date>,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionError {
    /// The rule of two persons.
    #[error("配信を作成した本人は承認できません。別の利用者が承認してください。")]
    SamePerson,
    /// Its message is made or can no longer be.
    #[error("すでに送信に回ったか、期限の切れた予約です。一覧を読み込み直してください。")]
    Final,
    /// The approval would end before it is of use.
    #[error("承認の期限が送信予定日より前です。期限を延ばしてください。")]
    ExpiresBefore,
}

impl Decision {
    /// The approval of `row` on `today`. It releases a row that is held because the patient may have come
    /// since: whoever approves has read so.
    ///
    /// # Errors
    ///
    /// [`DecisionError`] when the row is final, the approval would be over before the row is due, or the author
    /// may not approve.
    pub fn approve(
        row: &PlanRow,
        running: &RunningDelivery,
        by: Decider<'_>,
        rules: &PlanRules,
        today: Date,
    ) -> Result<Self, DecisionError> {
        if rules.needs_second_person && running.author == by.user {
            return Err(DecisionError::SamePerson);
        }
        if by.expires.is_some_and(|it| it < row.due.max(today)) {
            return Err(DecisionError::ExpiresBefore);
        }
        if row.state == PlanState::Made {
            return Err(DecisionError::Final);
        }
        Self::of(Verdict::Approved, row, running, by, today)
    }

    /// The cancellation of `row` on `today`; the author may. Of a message that is made it is the wish to stop it,
    /// which the next plan fulfils if it was not sent yet.
    ///
    /// # Errors
    ///
    /// [`DecisionError::Final`] when the row has expired.
    pub fn cancel(
        row: &PlanRow,
        running: &RunningDelivery,
        by: Decider<'_>,
        today: Date,
    ) -> Result<Self, DecisionError> {
        Self::of(Verdict::Cancelled, row, running, by, today)
    }

    fn of(
        verdict: Verdict,
        row: &PlanRow,
        running: &RunningDelivery,
        by: Decider<'_>,
        on: Date,
    ) -> Result<Self, DecisionError> {
        if row.state == PlanState::Expired {
            return Err(DecisionError::Final);
        }
        Ok(Self {
            verdict,
            approver: by.user.to_owned(),
            author: running.author.clone(),
            comment: by.comment.map(ToOwned::to_owned),
            on,
            expires: by.expires,
            revision: running.revision,
            releases: row.reason == PlanReason::VisitUnknown,
        })
    }

    pub(super) fn is_cancellation(&self) -> bool {
        self.verdict == Verdict::Cancelled
    }

    /// Why this is no approval of the delivery as it now is, on `today`.
    pub(super) fn lacks(&self, running: &RunningDelivery, rules: &PlanRules, today: Date) -> Option<PlanReason> {
        if rules.needs_second_person && self.approver == running.author {
            return Some(PlanReason::ApproverIsAuthor);
        }
        if self.revision != running.revision {
            return Some(PlanReason::ChangedSinceApproval);
        }
        self.expires.filter(|it| *it < today).map(|_| PlanReason::ApprovalOver)
    }
}
