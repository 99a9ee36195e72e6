use serde::{Deserialize, Serialize};

/// How far a transfer is, as both sides see it. Each state holds what those before it say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// 送信中: its files are being put into the inbox.
    Sending,
    /// 配達済: they all lie there.
    Delivered,
    /// 通知済: the receiver was told.
    Notified,
    /// 取得済: the receiver fetched them through the API.
    Fetched,
    /// 取込不可: its software could not take them in, with reasons.
    Rejected,
    /// 取込済: its software took them in.
    Imported,
    /// 取消: the sender took it back before it was fetched.
    Withdrawn,
}

/// What happens to a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// All its files lie in the inbox.
    Delivered,
    /// The receiver was told.
    Notified,
    /// The receiver fetched it through the API.
    Fetched,
    /// `_ack.json` or the API says that it could not be taken in.
    Rejected,
    /// `_ack.json` or the API says that it was taken in.
    Imported,
    /// The sender takes it back.
    Withdrawn,
}

/// Why an event changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unchanged {
    /// It happened before, or something later did: nobody needs to be told.
    #[error("すでに反映されています")]
    Known,
    /// 取込済 is never taken back.
    #[error("取込済みの送信を取込不可にはできません")]
    IsImported,
    /// The receiver has it already.
    #[error("相手が取得した後は取り消せません。削除ファイル（DLT…）を送ってください")]
    IsFetched,
    /// There is nothing to fetch or answer any more.
    #[error("送信元が取り消した送信です")]
    IsWithdrawn,
}

impl TransferState {
    /// The state after `event`.
    ///
    /// # Errors
    ///
    /// [`Unchanged`] where the state stays as it is; a repeated event is [`Unchanged::Known`].
    pub fn after(self, event: Event) -> Result<Self, Unchanged> {
        if self == Self::Withdrawn {
            let is_answer = matches!(event, Event::Fetched | Event::Rejected | Event::Imported);
            return Err(if is_answer { Unchanged::IsWithdrawn } else { Unchanged::Known });
        }
        let (next, refusal) = match event {
            Event::Delivered => (Self::Delivered, Unchanged::Known),
            Event::Notified => (Self::Notified, Unchanged::Known),
            Event::Fetched => (Self::Fetched, Unchanged::Known),
            Event::Rejected if self == Self::Imported => return Err(Unchanged::IsImported),
            Event::Rejected => (Self::Rejected, Unchanged::Known),
            Event::Imported => (Self::Imported, Unchanged::Known),
            Event::Withdrawn if self < Self::Fetched => return Ok(Self::Withdrawn),
            Event::Withdrawn => return Err(Unchanged::IsFetched),
        };
        if next > self { Ok(next) } else { Err(refusal) }
    }

    /// Whether the receiver has not answered yet and may still.
    pub fn is_open(self) -> bool {
        self < Self::Rejected
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sending => "送信中",
            Self::Delivered => "配達済",
            Self::Notified => "通知済",
            Self::Fetched => "取得済",
            Self::Rejected => "取込不可",
            Self::Imported => "取込済",
            Self::Withdrawn => "取消",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENTS: [Event; 6] =
        [Event::Delivered, Event::Notified, Event::Fetched, Event::Rejected, Event::Imported, Event::Withdrawn];

    fn run(events: &[Event]) -> TransferState {
        events.iter().fold(TransferState::Sending, |state, event| state.after(*event).unwrap_or(state))
    }

    #[test]
    fn each_step_leads_to_the_next_and_an_answer_may_come_before_the_delivery_is_noted() {
        use Event::*;
        assert_eq!(run(&[Delivered, Notified, Fetched, Imported]), TransferState::Imported);
        assert_eq!(run(&[Imported, Delivered, Notified]), TransferState::Imported);
    }

    #[test]
    fn what_could_not_be_taken_in_may_be_later_but_never_the_other_way() {
        use Event::*;
        assert_eq!(run(&[Delivered, Rejected, Imported]), TransferState::Imported);
        assert_eq!(TransferState::Imported.after(Rejected), Err(Unchanged::IsImported));
    }

    #[test]
    fn a_sender_takes_back_only_what_was_not_fetched() {
        use Event::*;
        assert_eq!(run(&[Delivered, Notified, Withdrawn]), TransferState::Withdrawn);
        assert_eq!(run(&[Delivered, Withdrawn, Imported, Fetched]), TransferState::Withdrawn);
        for state in [TransferState::Fetched, TransferState::Rejected, TransferState::Imported] {
            assert_eq!(state.after(Withdrawn), Err(Unchanged::IsFetched));
        }
        assert_eq!(TransferState::Withdrawn.after(Imported), Err(Unchanged::IsWithdrawn));
    }

    proptest! {
        #[test]
        fn a_repeated_event_changes_nothing(events in proptest::collection::vec(proptest::sample::select(&EVENTS[..]), 0..12)) {
            let twice: Vec<Event> = events.iter().flat_map(|it| [*it, *it]).collect();
            prop_assert_eq!(run(&events), run(&twice));
        }

        #[test]
        fn without_withdrawal_the_order_of_events_does_not_matter(
            events in proptest::collection::vec(proptest::sample::select(&EVENTS[..5]), 0..8).prop_shuffle(),
        ) {
            let mut backwards = events.clone();
            backwards.reverse();
            prop_assert_eq!(run(&events), run(&backwards));
        }
    }
}
