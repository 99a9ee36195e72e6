//! Messages that staff keep to be sent again (K-069), and what is to be said of a text before it is sent.

pub(crate) mod check;
pub(crate) mod edit;
pub(crate) mod list;
mod request;
mod view;
