use japan::Span;
use serde::{Deserialize, Serialize};

/// How often a patient gets the message (配信間隔).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Interval {
    /// Once for each trigger.
    #[default]
    Trigger,
    /// Once and never again.
    Ever,
    /// Again and again, while the target holds and no newer trigger takes its place.
    Every {
        /// From one to the next.
        every: Span,
        /// Messages in all, the first among them.
        max: u32,
    },
}

impl Interval {
    /// The most that `max` may be: ten years of weeks.
    pub const MAX: u32 = 520;

    /// Messages for one trigger at most.
    pub fn n_messages(self) -> u32 {
        match self {
            Self::Trigger | Self::Ever => 1,
            Self::Every { max, .. } => max,
        }
    }

    pub(super) fn is_ever(self) -> bool {
        self == Self::Ever
    }
}

/// [`Interval`] as settings write it: `{"per":"trigger"}`, `{"per":"ever"}` or
/// `{"every":{"months":1},"max":3}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalSettings {
    /// Once for each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// See [`Interval::Every`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Span>,
    /// See [`Interval::Every`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What a message is sent once for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// See [`Interval::Trigger`].
    Trigger,
    /// See [`Interval::Ever`].
    Ever,
}

impl IntervalSettings {
    /// The interval that is meant; `Err` says in Japanese what is wrong.
    pub(super) fn checked(self) -> Result<Interval, &'static str> {
        match self {
            Self { per: None | Some(Per::Trigger), every: None, max: None } => Ok(Interval::Trigger),
            Self { per: Some(Per::Ever), every: None, max: None } => Ok(Interval::Ever),
            Self { per: None, every: Some(every), max: Some(max) } => {
                if every.checked().is_err() {
                    return Err("intervalのeveryは、1日以上、約10年以内にしてください。");
                }
                if !(1..=Interval::MAX).contains(&max) {
                    return Err("intervalのmax（送る回数）は、1から520にしてください。");
                }
                Ok(Interval::Every { every, max })
            }
            Self { per: None, every: Some(_), max: None } => {
                Err("intervalのeveryには、max（送る回数）も指定してください。")
            }
            _ => Err(
                "intervalは {\"per\":\"trigger\"}、{\"per\":\"ever\"}、{\"every\":{…},\"max\":…} のどれかにしてください。",
            ),
        }
    }
}
