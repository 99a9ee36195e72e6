//! What the answers call things: stable words for programs, Japanese ones for people.

use clinic::{SlotKind, Status};
use delivery::Channel;
use receipt::{Kind, Payer};

pub(crate) const KINDS: [(&str, SlotKind); 2] =
    [("inspection", SlotKind::Inspection), ("submission", SlotKind::Submission)];

pub(crate) const STATUSES: [(&str, Status); 3] =
    [("regular", Status::Regular), ("at_risk", Status::AtRisk), ("dropped_out", Status::DroppedOut)];

pub(crate) const CHANNELS: [(&str, Channel); 3] =
    [("line", Channel::Line), ("sms", Channel::Sms), ("mail", Channel::Mail)];

pub(crate) fn kind(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Inspection => "inspection",
        SlotKind::Submission => "submission",
    }
}

pub(crate) fn content_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Inspection => "inspection",
        Kind::Submission => "submission",
        Kind::Unknown => "unknown",
    }
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Regular => "regular",
        Status::AtRisk => "at_risk",
        Status::DroppedOut => "dropped_out",
    }
}

pub(crate) fn payer(payer: Payer) -> &'static str {
    match payer {
        Payer::Shaho => "shaho",
        Payer::Kokuho => "kokuho",
    }
}

/// As clinics call it.
pub(crate) fn payer_name(payer: Payer) -> &'static str {
    match payer {
        Payer::Shaho => "社保",
        Payer::Kokuho => "国保",
    }
}
