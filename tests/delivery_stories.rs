//! Step deliveries, from a clinic's files to the messages that are made (issue of step deliveries; reliability
//! table, rows 29 to 37 and 46 to 48 as far as planning goes).

mod facts;
mod gates;
mod repeats;
mod stage;
mod two_months;
