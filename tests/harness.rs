//! What stories stand on.

pub(crate) mod fault_proxy;
pub(crate) mod letters;
pub(crate) mod messages;
pub(crate) mod offices;
pub(crate) mod phone;
pub(crate) mod stack;
pub(crate) mod units;
pub(crate) mod world;
