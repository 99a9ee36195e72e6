use std::{io::Write, process::ExitCode};

/// Where a command writes.
pub struct Output<'a> {
    /// Standard output: data alone.
    pub data: &'a mut dyn Write,
    /// Standard error: what people read.
    pub messages: &'a mut dyn Write,
    /// Whether a person watches standard error.
    pub shows_progress: bool,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, perhaps with warnings.
    Success,
    /// Something was found or could not be done.
    Errors,
    /// The command line itself is wrong.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Errors => 1,
            Exit::Usage => 2,
        })
    }
}
