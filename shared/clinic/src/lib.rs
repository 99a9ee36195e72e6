//! clinic.
