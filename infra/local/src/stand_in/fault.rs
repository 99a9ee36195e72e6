use std::collections::VecDeque;

use crate::stand_in::http::{Answer, Reply};

/// What goes wrong with a call that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Too fast; nothing is accepted.
    RateLimited,
    /// The month's limit is reached; nothing is accepted.
    QuotaSpent,
    /// The message is refused.
    Refuse,
    /// 500, and nothing is accepted.
    Status500Before,
    /// 500, though the message is accepted.
    Status500After,
    /// No answer for as long as the caller waits, and nothing is accepted.
    HangBefore,
    /// The same, though the message is accepted.
    HangAfter,
    /// The connection is reset, and nothing is accepted.
    ResetBefore,
    /// The same, though the message is accepted.
    ResetAfter,
}

/// Which calls have a fault.
#[derive(Default)]
pub(crate) struct Plan {
    next: VecDeque<Fault>,
    each: Option<(usize, Fault)>,
    n_calls: usize,
}

impl Plan {
    pub(crate) fn next_n(&mut self, n_calls: usize, fault: Fault) {
        self.next.extend(std::iter::repeat_n(fault, n_calls));
    }

    pub(crate) fn each(&mut self, n_calls: usize, fault: Fault) {
        self.each = Some((n_calls.max(1), fault));
    }

    pub(crate) fn clear(&mut self) {
        self.next.clear();
        self.each = None;
    }

    pub(crate) fn n_calls(&self) -> usize {
        self.n_calls
    }

    /// The fault of the call that comes now.
    pub(crate) fn of_this_call(&mut self) -> Option<Fault> {
        self.n_calls += 1;
        let each = self.each.filter(|(n, _)| self.n_calls.is_multiple_of(*n)).map(|(_, fault)| fault);
        self.next.pop_front().or(each)
    }
}

/// How the provider says that it does not accept.
pub(crate) struct Refusals {
    pub(crate) rate_limited: Answer,
    pub(crate) quota_spent: Answer,
    pub(crate) refused: Answer,
    pub(crate) failed: Answer,
}

/// The reply to a call with `fault`; `accept` is what happens without.
pub(crate) fn reply(fault: Option<Fault>, refusals: Refusals, accept: impl FnOnce() -> Answer) -> Reply {
    match fault {
        None => Reply::Answer(accept()),
        Some(Fault::RateLimited) => Reply::Answer(refusals.rate_limited),
        Some(Fault::QuotaSpent) => Reply::Answer(refusals.quota_spent),
        Some(Fault::Refuse) => Reply::Answer(refusals.refused),
        Some(Fault::Status500Before) => Reply::Answer(refusals.failed),
        Some(Fault::HangBefore) => Reply::Hang,
        Some(Fault::ResetBefore) => Reply::Reset,
        Some(Fault::Status500After) => {
            accept();
            Reply::Answer(refusals.failed)
        }
        Some(Fault::HangAfter) => {
            accept();
            Reply::Hang
        }
        Some(Fault::ResetAfter) => {
            accept();
            Reply::Reset
        }
    }
}
