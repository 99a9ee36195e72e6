//! 要確認: messages of which nobody knows whether they were sent, and what staff decide of them.

pub(crate) mod decide;
pub(crate) mod list;
