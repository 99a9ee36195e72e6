//! The pages over tables and files in memory, as a phone's browser sees them.

mod events;
mod guard;
mod pictures;
mod question;
mod receiving;
mod replies;
mod stage;
mod stop;
mod timing;
