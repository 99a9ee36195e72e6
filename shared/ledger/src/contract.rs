//! What every back end must do alike. Run on memory by this crate's tests, on the emulator by the
//! tests package.
