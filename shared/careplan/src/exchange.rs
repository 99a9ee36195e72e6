//! The exchange of files between offices: what closes a bundle, whom it goes to, what becomes of a
//! transfer, and what proves it. Decisions only; who carries them out is `exchange-plans`.

mod ack;
mod attachment;
mod deadline;
mod decide;
mod evidence;
mod kind;
mod limits;
mod marker;
mod message;
mod outcome;
mod scope;
mod seal;
mod sort;
mod state;
mod transfer;

pub use ack::{Ack, AckError, AckReason, AckResult};
pub use attachment::AttachmentKind;
pub use deadline::{Chase, chase, next_actuals_chase, next_chase};
pub use decide::{Decided, LoadedFile, PlannedFile, PlannedSend, decide_destination};
pub use evidence::{Evidence, Fact, FactKind, LogEnd, LogError, verify_log};
pub use kind::TransferKind;
pub use limits::Limits;
pub use marker::{BundleId, MarkedFile, MarkerError, SendMarker};
pub use message::Message;
pub use outcome::{BundleResult, BundleStatus, LostFile, Outcome, Reason, ReasonCode, SendResult, SentFile};
pub use seal::{Seal, Sealed, is_sealed_by};
pub use sort::{Destination, Sorted, sort_by_destination};
pub use state::{Event, TransferState, Unchanged};
pub use transfer::{TransferId, transfer_id};
