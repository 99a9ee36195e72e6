//! The routes, asked over HTTP on tables, files and a queue in memory.

mod document;
mod errors;
mod groups;
mod notices;
mod stage;
mod tenants;
mod uploads;
