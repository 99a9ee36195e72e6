//! What the system knows of its tenants, in DynamoDB or in memory for tests.
//!
//! Rows are plain structs; every key is built in `keys`, begins with its tenant and cannot be
//! built elsewhere. Conditional writes carry the version that was read, so a repeat or a race is
//! told and never overwrites.
//!
//! **Invariant:** no type of the SDK leaves this crate, and no row's content is in an error.

mod actor;
mod address_rows;
mod addressees;
mod channel_key;
mod clinic_rows;
mod clock;
mod closed_channel_rows;
mod consent_rows;
mod contact_rows;
mod contacted_rows;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod correspondence_rows;
mod day_count_rows;
mod delivery_rows;
mod draft_rows;
mod due_rows;
mod dynamo;
mod erasure_rows;
mod erasure_sweep;
mod evidence_rows;
mod exclusion_rows;
mod group_rows;
mod identity_rows;
mod issue_row;
mod keys;
mod line_channel_rows;
mod link_rows;
mod link_token_rows;
mod made_message_rows;
mod membership_rows;
mod memory;
mod message_settings_rows;
mod next_channel;
mod nonce_rows;
mod notice_rows;
mod office_message_rows;
mod office_rows;
mod outbox_rows;
mod pace_rows;
mod page_session_rows;
mod patient_count_rows;
mod patient_rows;
mod picture_rows;
mod plan_rows;
mod planning_rows;
mod reach_rows;
mod request_rows;
mod roster_rows;
mod send_rows;
mod slot_rows;
mod staff_act_rows;
mod stop_rows;
mod store;
mod template_rows;
mod thread_rows;
mod timed_id;
mod token_rows;
mod transfer_events;
mod transfer_rows;
mod transfers;
mod tries_rows;
mod turnstile;
mod upload_rows;
mod upload_start;
mod uploads;
mod withdrawn_transfers;

pub use actor::{Acted, Actor};
pub use address_rows::{AddressKey, AddressRow, LastSent};
pub use addressees::Addressee;
pub use channel_key::ChannelKey;
pub use clinic_rows::{Applied, ClinicRow, Generation, GroupFigures};
pub use clock::Clock;
pub use consent_rows::{ConsentRow, Said, SaidChange, SaidThrough};
pub use contact_rows::ContactsRow;
pub use contacted_rows::{ContactedKind, ContactedRow};
pub use correspondence_rows::CorrespondenceRow;
pub use delivery_rows::DeliveryRow;
pub use draft_rows::DraftRow;
pub use due_rows::{Due, DueRow, ExpectedActuals};
pub use erasure_rows::{Erasure, ErasureRow};
pub use exclusion_rows::ExclusionRow;
pub use group_rows::{GroupsRow, MemberPage, MemberReason, MemberRow};
pub use identity_rows::IdentityKey;
pub use issue_row::IssueRow;
pub use keys::{ClinicId, PatientId, WebhookId};
pub use line_channel_rows::LineChannel;
pub use link_rows::LinksRow;
pub use link_token_rows::LinkRow;
pub use made_message_rows::{Making, NewMessageRows};
pub use membership_rows::MembershipsRow;
pub use message_settings_rows::MessageSettings;
pub use next_channel::StepContext;
pub use nonce_rows::NonceRow;
pub use notice_rows::{NoticeKind, NoticeRow};
pub use office_message_rows::OfficeMessageRow;
pub use office_rows::{OfficeRow, PartnerRow};
pub use outbox_rows::{LeaseConditions, ReviewRow, WithStep};
pub use page_session_rows::{PageSessionRow, SessionToken};
pub use patient_count_rows::{CountedMessage, PatientCountRow};
pub use patient_rows::{PatientRow, VisitRow};
pub use picture_rows::PictureRow;
pub use planning_rows::PlanningSettings;
pub use reach_rows::ReachRow;
pub use request_rows::{Answered, Begun, BegunRequest, RequestKey};
pub use send_rows::{DueSend, SendPageRow, SendRow, SendState, SendTo};
pub use slot_rows::SlotRow;
pub use staff_act_rows::{StaffAct, StaffActRow};
pub use stop_rows::StopRow;
pub use store::{Versioned, WriteCount};
pub use template_rows::MessageTemplateRow;
pub use thread_rows::{AttachmentRef, MessageRow, PictureRef, PictureState, ReplyRow, Thread};
pub use timed_id::timed_id;
pub use token_rows::{Opens, TokenHash, TokenRow};
pub use transfer_events::TransferChange;
pub use transfer_rows::{DeliveredUnit, TransferAnswer, TransferFile, TransferRow};
pub use transfers::{BegunTransfer, TransferList, place_in};
pub use tries_rows::TryKey;
pub use turnstile::Turnstile;
pub use upload_rows::{
    Changes, Decision, Inbox, PartOutcome, Publish, RosterReport, Started, UploadNumber, UploadPart, UploadRow,
    UploadStatus, Waiting,
};

pub use upload_start::Arrival;

use aws_config::SdkConfig;
use store::Store;

/// The tables: `core` for tenants, `auth` for tokens, `outbox` for messages that are sent. Clones are the same
/// tables.
#[derive(Clone)]
pub struct Ledger {
    core: Store,
    auth: Store,
    /// Functions that send nothing are not given it.
    outbox: Option<Store>,
}

impl Ledger {
    /// The tables named `core` and `auth`.
    pub fn in_dynamodb(aws: &SdkConfig, core: impl Into<String>, auth: impl Into<String>) -> Self {
        Self { core: Store::in_dynamodb(aws, core.into()), auth: Store::in_dynamodb(aws, auth.into()), outbox: None }
    }

    /// The same tables, with the one named `outbox`.
    #[must_use]
    pub fn with_outbox(self, aws: &SdkConfig, outbox: impl Into<String>) -> Self {
        Self { outbox: Some(Store::in_dynamodb(aws, outbox.into())), ..self }
    }

    /// Tables that live as long as this value.
    pub fn in_memory() -> Self {
        Self::in_memory_behind(&Turnstile::default())
    }

    /// As [`in_memory`](Self::in_memory), with `turnstile` before every call.
    pub fn in_memory_behind(turnstile: &Turnstile) -> Self {
        let table = || Store::in_memory(turnstile.clone());
        Self { core: table(), auth: table(), outbox: Some(table()) }
    }

    /// How many rows were written to `core` so far, by kind of row: for figures and tests.
    pub fn writes(&self) -> WriteCount {
        self.core.writes()
    }

    /// Every row of `core` as text, in the order of the keys, for comparing two ledgers in tests.
    ///
    /// # Errors
    ///
    /// When the table cannot be read to its end.
    pub async fn dump(&self) -> anyhow::Result<Vec<String>> {
        self.core.dump().await
    }

    /// The same of `auth`.
    ///
    /// # Errors
    ///
    /// When the table cannot be read to its end.
    pub async fn dump_auth(&self) -> anyhow::Result<Vec<String>> {
        self.auth.dump().await
    }
}
