//! To whom nothing goes any more, and what of it staff may lift.

pub(crate) mod lift;
pub(crate) mod list;
