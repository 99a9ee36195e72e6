//! What stories stand on.

pub(crate) mod fault_proxy;
pub(crate) mod stack;
pub(crate) mod world;
