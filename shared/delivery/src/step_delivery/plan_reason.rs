use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{Closed, PassedOver, ReasonCode, Refusal};

macro_rules! plan_reasons {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $sentence:literal;)*) => {
        /// Why a planned message is in its state. The text of a code never changes its meaning. Serialized as
        /// that text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PlanReason {
            $($(#[$doc])* $name,)*
            /// No channel leads to the patient, for the reason that says most.
            Unreachable(PassedOver),
        }

        impl PlanReason {
            /// Every reason of its own, beside those of [`PassedOver`].
            pub const OWN: [Self; [$($code),*].len()] = [$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Unreachable(reason) => reason.as_str(),
                }
            }

            /// What staff read, in a Japanese sentence.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name => $sentence,)*
                    Self::Unreachable(reason) => reason.sentence(),
                }
            }
        }
    };
}

plan_reasons! {
    /// Due: on its day.
    OnDay, "on-day", "予定日に送ります。";
    /// Due: a missed day is caught up.
    CaughtUp, "caught-up", "予定日を過ぎましたが、猶予の日数以内なので送ります。";
    /// Due: it was held, and attendance is known now, or a person released it.
    Released, "released", "保留が解除されたので送ります。";
    /// Approved: its day lies ahead.
    WaitingForDay, "waiting-for-day", "承認済みです。予定日に送ります。";
    /// Planned: nobody approved it yet.
    WaitingForApproval, "waiting-for-approval", "承認を待っています。";
    /// Planned: the approval was for fewer days.
    ApprovalOver, "approval-over", "承認の期限が過ぎました。もう一度承認してください。";
    /// Planned: two persons are asked for.
    ApproverIsAuthor, "approver-is-author", "配信を作成した本人の承認は使えません。別の利用者が承認してください。";
    /// Planned: what was approved has changed since.
    ChangedSinceApproval, "changed-since-approval", "承認の後に配信の内容が変わりました。もう一度承認してください。";
    /// Held: attendance is not known through its day.
    VisitUnknown, "visit-unknown", "この後に来院した可能性があります。新しい来院のデータが入るか、承認すると送ります。";
    /// Held: the patient got as many messages as the clinic allows.
    PatientCap, "patient-cap", "この患者へ送る数の上限に達しています。空きができる日まで保留します。";
    /// Suppressed: chosen exit.
    Visited, "visited", "きっかけの日より後に来院しました。";
    /// Suppressed: chosen exit.
    Booked, "booked", "次の予約が入っています。";
    /// Suppressed: chosen exit.
    Replied, "replied", "患者から返信がありました。";
    /// Suppressed: always.
    LeftTarget, "left-target", "配信の対象から外れました。";
    /// Suppressed: a newer date took the place, or the date is gone from the files.
    TriggerGone, "trigger-gone", "きっかけの日が新しくなったか、なくなりました。";
    /// Suppressed: a tag of the text has no value for the patient.
    MissingValue, "missing-value", "本文に差し込む値が患者にありません。代わりの言葉を決めるか、患者の情報を登録してください。";
    /// Cancelled: 送信中止.
    Cancelled, "cancelled", "送信を中止しました。";
    /// Expired: its day and the grace went by.
    Late, "late", "予定日と猶予の日数を過ぎたため、送りません。";
    /// Expired: nobody approved it in time.
    NotApproved, "not-approved", "期限までに承認されなかったため、送りません。";
    /// Expired: held for 45 days.
    HeldTooLong, "held-too-long", "45日の間に来院のデータも承認もなかったため、送りません。";
    /// Expired: the next message of the same trigger is due.
    NextIsDue, "next-is-due", "次の回の予定日が来たため、送りません。";
    /// Expired: the appointment it was to come before has gone by.
    AppointmentPassed, "appointment-passed", "予定日の前に送るものですが、その日を過ぎました。";
    /// Made: it has its outbox row.
    Made, "made", "送信に回しました。";
}

impl PlanReason {
    /// Every reason there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let closed = [Closed::Failed, Closed::TextTooLong, Closed::QuotaSpent, Closed::BudgetSpent];
        let passed_over = Refusal::ALL
            .into_iter()
            .map(PassedOver::Refused)
            .chain(closed.into_iter().map(PassedOver::Closed))
            .chain([PassedOver::NoAddress, PassedOver::NotUsed]);
        Self::OWN.into_iter().chain(passed_over.map(Self::Unreachable))
    }

    /// As rows keep it.
    pub fn reason_code(self) -> ReasonCode {
        ReasonCode::parse(self.as_str()).unwrap_or_default()
    }
}

impl Serialize for PlanReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PlanReason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::all().find(|it| it.as_str() == code).ok_or_else(|| D::Error::custom("no reason has this code"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own_and_a_sentence() {
        let codes: BTreeSet<&str> = PlanReason::all().map(PlanReason::as_str).collect();
        assert_eq!(codes.len(), PlanReason::all().count());
        for reason in PlanReason::all() {
            assert_eq!(reason.reason_code().as_str(), reason.as_str());
            assert!(reason.sentence().ends_with('。'), "{}", reason.as_str());
        }
    }
}
