//! The routes, asked over HTTP on tables, files and a queue in memory.

mod bundles;
mod consents;
mod document;
mod drafts;
mod errors;
mod events;
mod evidence;
mod groups;
mod message_settings;
mod message_stage;
mod notices;
mod office_messages;
mod office_stage;
mod offices;
mod patients;
mod rosters;
mod sends;
mod stage;
mod templates;
mod tenants;
mod threads;
mod transfers;
mod uploads;
