#![cfg(test)]
//! Stories across functions.
