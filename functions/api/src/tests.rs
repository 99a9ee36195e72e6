//! The routes, asked over HTTP on tables, files and a queue in memory.

mod document;
mod errors;
mod events;
mod groups;
mod notices;
mod patients;
mod rosters;
mod stage;
mod tenants;
mod uploads;
