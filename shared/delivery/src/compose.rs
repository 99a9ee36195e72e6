use jiff::civil::Date;

use crate::{
    Channel, Choice, Closed, MissingValues, PersonFacts, PlanReason, Reach, Rendered, SmsParts, Template, Unreachable,
    Values, Ways, choose, sms_parts,
};

/// To whom a message goes, and what is open.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'a> {
    /// What is known against writing to the patient.
    pub person: &'a PersonFacts,
    /// What is known of the patient's addresses.
    pub reach: &'a Reach,
    /// What the clinic uses, and what is closed.
    pub ways: &'a Ways,
    /// The day it goes.
    pub day: Date,
}

/// A message with its text and the channel that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The channel, and why no better one.
    pub choice: Choice,
    /// What it says.
    pub rendered: Rendered,
    /// What it takes as a text message, if it is one.
    pub sms: Option<SmsParts>,
}

/// Why there is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotComposed {
    /// No channel leads to the patient.
    Unreachable(Unreachable),
    /// A tag has neither a value nor a fallback.
    Missing(MissingValues),
}

impl NotComposed {
    /// What plan rows say of it.
    pub fn reason(&self) -> PlanReason {
        match self {
            Self::Unreachable(unreachable) => PlanReason::Unreachable(unreachable.reason()),
            Self::Missing(_) => PlanReason::MissingValue,
        }
    }
}

/// The message that `template` makes of `values`, on the first channel that leads to the patient and takes it.
///
/// # Errors
///
/// [`NotComposed`] where none does, or a value is missing.
pub fn compose(template: &Template, values: &Values, to: &Writing<'_>) -> Result<Composed, NotComposed> {
    let chosen = |ways: &Ways| choose(to.person, to.reach, ways, to.day).map_err(NotComposed::Unreachable);
    let mut choice = chosen(to.ways)?;
    let rendered = template.render(values).map_err(NotComposed::Missing)?;
    let size = sms_parts(&rendered.body);
    if choice.channel == Channel::Sms && size.is_err() {
        let mut ways = to.ways.clone();
        ways.closed.insert(Channel::Sms, Closed::TextTooLong);
        choice = chosen(&ways)?;
    }
    let sms = size.ok().filter(|_| choice.channel == Channel::Sms);
    Ok(Composed { choice, rendered, sms })
}
