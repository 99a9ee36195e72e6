//! Messages to a list of patients or to one (一斉配信, 個別配信), looked at before anything is made.

mod compose;
mod forecast;
mod forecast_view;
mod pick;
pub(crate) mod preview;
mod prospect_view;
mod request;
