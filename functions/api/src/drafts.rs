//! Drafts (下書き): bundles that are not closed yet, seen by all machines of an office.

pub(crate) mod edit;
mod request;
pub(crate) mod send;
