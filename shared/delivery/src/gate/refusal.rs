use serde::{Deserialize, Serialize};

use crate::ReasonCode;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $sentence:literal;)*) => {
        /// Why nothing may go to a person at an address. Gravest first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Refusal { $($(#[$doc])* $name,)* }

        impl Refusal {
            /// Every reason, gravest first.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What staff read, in a Japanese sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

refusals! {
    /// The operator stopped all clinics.
    AllPaused, "all-paused", "運営者がすべての医療機関の送信を止めています。";
    /// The clinic stopped its sends.
    ClinicPaused, "clinic-paused", "この医療機関の送信を止めています。設定から再開できます。";
    /// The delivery was stopped, or the person taken out of it.
    DeliveryStopped, "delivery-stopped", "この配信は中止されました。";
    /// Data erased.
    Erased, "erased", "患者の情報は削除されています。";
    /// 転帰 3.
    Died, "died", "亡くなった患者です。";
    /// 対象外.
    Excluded, "excluded", "対象外にした患者です。";
    /// Reported as spam.
    Complained, "complained", "迷惑メッセージとして報告されました。患者に確かめるまで、どの方法でも送りません。";
    /// 配信停止 of everything.
    OptedOutOfAll, "opted-out-of-all", "患者がすべての配信を停止しました。";
    /// 配信停止 of this channel.
    OptedOut, "opted-out", "患者がこの方法での配信を停止しました。";
    /// 「本人ではありません」.
    WrongPerson, "wrong-person", "宛先の方から「本人ではありません」と回答がありました。宛先を患者に確かめてください。";
    /// LINE only.
    Blocked, "blocked", "LINEをブロックされています。";
    /// Hard bounce, invalid number.
    Bounced, "bounced", "前に送ったものが届きませんでした。宛先を患者に確かめてください。";
    /// No record.
    NoConsent, "no-consent", "この方法で送ることへの同意の記録がありません。";
    /// A family's number: one message a day.
    SharedToday, "shared-today", "同じ宛先を使う別の患者に、今日すでに送っています。";
}

/// Until when a [`Refusal`] holds, and so what is done with a message that was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedUntil {
    /// The switch is put back: held.
    Resumed,
    /// The next day: held.
    Tomorrow,
    /// Somebody says otherwise: suppressed, and cancelled where a row exists.
    FactsChange,
}

impl Refusal {
    /// Until when it holds.
    pub fn until(self) -> RefusedUntil {
        match self {
            Self::AllPaused | Self::ClinicPaused => RefusedUntil::Resumed,
            Self::SharedToday => RefusedUntil::Tomorrow,
            _ => RefusedUntil::FactsChange,
        }
    }

    /// Whether it is about the person and not the address: no other channel helps.
    pub fn is_of_person(self) -> bool {
        self <= Self::OptedOutOfAll
    }

    /// As rows of the outbox keep it.
    pub fn reason_code(self) -> ReasonCode {
        ReasonCode::parse(self.as_str()).unwrap_or_default()
    }
}
