//! Uploads: a place for a file, what became of it, decisions about it.

pub(crate) mod create;
pub(crate) mod decision;
pub(crate) mod list;
mod slots;
pub(crate) mod undo;
mod view;
