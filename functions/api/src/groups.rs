//! Groups: their settings, how many patients each has, and the lists.

pub(crate) mod counts;
pub(crate) mod members;
pub(crate) mod settings;
