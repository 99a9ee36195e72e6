//! Messages to patients: what may be sent to whom, and that it is sent once (`sending.md`).
//!
//! ```text
//! Template ─render─▶ Rendered ─lint─▶ Lints       PersonFacts, AddressFacts ─refusals─▶ choose ─▶ Choice
//! Recipients, SendPlan ─Forecast::of─▶ what would be sent, held, left out, and for how much
//! MessageKey ──MessageId::of──▶ OutboxRow ──step(row, event, now, limits)──▶ row after, effects
//! ```
//!
//! **Invariant:** [`refusals`] alone says who may be written to. Plans, forecasts and sends all ask it.
//!
//! **Invariant:** the state of a message changes in [`step`] alone. Handlers, the memory back end and the
//! model that looks at every order of events (`tests/model.rs`) all call it; none has a rule of its own.
//!
//! **Invariant:** everything here is a function of its arguments. Dates and moments come in as such.

mod caps;
mod channel;
mod clearance;
mod compose;
mod forecast;
mod gate;
mod hours;
mod link_token;
mod linter;
mod message;
mod message_id;
mod message_key;
#[cfg(any(test, feature = "traces"))]
pub mod model_trace;
mod outbox;
mod pace;
mod position;
mod reason_code;
mod sms;
mod step_delivery;
mod template;
mod tries;

pub use caps::{Block, CapDecision, DayCap, PatientCap, Taken};
pub use channel::{Channel, Choice, Closed, PassedOver, Reach, Unreachable, Ways, choose};
pub use clearance::{Clearance, SendFacts, clearance};
pub use compose::{Composed, NotComposed, Writing, compose};
pub use forecast::{Forecast, Prospect, Recipient, SendPlan, prospects};
pub use gate::{AddressFacts, Consent, ConsentSource, PersonFacts, Refusal, RefusedUntil, refusals};
pub use hours::{DayOfWeek, HOLIDAYS_UNTIL, Hours, HoursError, HoursSettings, Moment, QuietHours, holiday};
pub use link_token::LinkToken;
pub use linter::{Lint, LintCode, LintRules, LintSeverity, lint};
pub use message::Message;
pub use message_id::MessageId;
pub use message_key::{MessageKey, TriggerKey};
pub use outbox::{
    Call, Counted, Effect, Event, Hold, Limits, NewMessage, OutboxRow, Outcome, Refused, Report, StaffDecision, Status,
    Step, step,
};
pub use pace::{Pace, Rate};
pub use position::{Part, Position};
pub use reason_code::ReasonCode;
pub use sms::{Encoding, MilliYen, NumberProblem, SmsNumber, SmsParts, TooLong, sms_parts, split_sms};
pub use step_delivery::{
    ApprovedBy, Attendance, ClinicSources, DaysOfMonth, Decider, Decision, DecisionError, DeliveryError,
    DeliverySettings, DiseaseStart, DrugDays, Exit, HELD_DAYS, Interval, IntervalSettings, Joined, Made, Membership,
    Offset, PatientFacts, PatientToPlan, Per, PlanReason, PlanRow, PlanRowKey, PlanRules, PlanState, Planner,
    ProcedureDays, REJOINS_AFTER_DAYS, RunningDelivery, SendTimes, SendWindow, StartRefusal, StepDelivery, Target,
    Timing, TimingKind, TimingSettings, TimingSource, Trigger, Verdict, Wanted, WantedCodes, Withdrawn, remember,
    start_refusals,
};
pub use template::{MissingValues, Rendered, Tag, Template, TemplateError, TemplateProblem, TemplateText, Values};
pub use tries::{Tries, TryLimits};
