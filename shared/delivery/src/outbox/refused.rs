/// Why an event changes nothing. The row stays as it is; none of these loses a message, as the sweeper
/// looks at every row that is not final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// It is sent, failed, cancelled or expired. For a worker whose answer to its own settling was lost
    /// this is the good end.
    #[error("the message is final")]
    Final,
    /// It happened before.
    #[error("the event is known")]
    Known,
    /// Not yet: before its time, in its backoff, or before the sweeper is due.
    #[error("too early")]
    TooEarly,
    /// Its time to be sent has passed: expire it.
    #[error("too late to send")]
    TooLate,
    /// A worker has it.
    #[error("leased by a worker")]
    Leased,
    /// Another attempt has taken the row, or the lease was taken back: do not call. If the provider did
    /// accept a call of this attempt, tell so by [`crate::Event::Reported`]: evidence counts from anybody.
    #[error("superseded by another attempt")]
    Superseded,
    /// The attempt's own lease has run out: do not call.
    #[error("the lease is over")]
    LeaseOver,
    /// The attempt started its call before: a second would be a second call.
    #[error("the call was started")]
    Started,
    /// The attempt never started its call, so it has nothing to settle.
    #[error("the call was not started")]
    NotStarted,
    /// It may have been accepted and calling again could send it twice: it waits for an event or for
    /// people.
    #[error("may have been accepted")]
    Unclear,
    /// LINE may have forgotten the retry key: it goes to people.
    #[error("the retry key may be forgotten")]
    KeyOver,
    /// It was called on another channel.
    #[error("called on another channel")]
    Called,
    /// It was to be stopped.
    #[error("to be stopped")]
    Stopped,
    /// Staff decide only on what is shown to them.
    #[error("not in review")]
    NotInReview,
}
