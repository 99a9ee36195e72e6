//! What patients agreed to and refused, with its proof; and what staff note of it for them.

pub(crate) mod record;
pub(crate) mod refuse;
pub(crate) mod show;
