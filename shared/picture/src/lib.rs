//! Pictures that patients send with a reply: what they may be, and how one is written anew from its pixels, so
//! that nothing of the file that came is in the file that staff see.
//!
//! **Invariant:** [`clean`] looks at bytes alone. What a name or a sender says a file is counts for nothing.

mod clean;
#[cfg(any(test, feature = "samples"))]
pub mod sample;

pub use clean::{Refused, clean};
