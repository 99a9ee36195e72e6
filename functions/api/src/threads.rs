//! What the clinic and its patients wrote each other: threads, unread replies, pictures.

pub(crate) mod list;
pub(crate) mod seen;
pub(crate) mod show;
