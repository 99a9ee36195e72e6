#![cfg(test)]
//! Stories across functions, the shape of the workspace, and what the emulator keeps of AWS.

mod emulator;
mod fault_stories;
mod harness;
mod layers;
mod refresh_stories;
mod roster_stories;
mod scale_stories;
mod upload_stories;
