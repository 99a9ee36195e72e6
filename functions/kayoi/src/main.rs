//! The program `kayoi`.

use std::{
    io::{self, BufWriter, IsTerminal as _},
    process::ExitCode,
};

use kayoi::{Exit, Output};

#[expect(clippy::disallowed_methods, reason = "the one place where the command line reads the clock")]
fn main() -> ExitCode {
    // Japan has had no summer time since 1951.
    let today = jiff::tz::offset(9).to_datetime(jiff::Timestamp::now()).date();
    let mut data = BufWriter::new(io::stdout().lock());
    let shows_progress = io::stderr().is_terminal();
    let output = Output { data: &mut data, messages: &mut io::stderr(), shows_progress };
    kayoi::run(std::env::args_os(), today, output).map_or(Exit::Errors, |it| it).into()
}
