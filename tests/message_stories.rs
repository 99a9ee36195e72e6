//! Messages to patients: sent once, by the right channel, and accounted for.

mod arrival;
mod crash_points;
mod events;
mod gate;
mod rates;
