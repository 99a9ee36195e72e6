//! How the clinic sends messages, and its kill switch.

pub(crate) mod edit;
pub(crate) mod pause;
mod request;
mod view;
