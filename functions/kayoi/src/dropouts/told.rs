use std::io::{self, Write};

use receipt::{Issue, Severity};

/// What people are told while files are read: file, line, code and what to do.
pub(crate) struct Told<'a> {
    messages: &'a mut dyn Write,
    n_warnings: usize,
}

impl<'a> Told<'a> {
    pub(crate) fn new(messages: &'a mut dyn Write) -> Self {
        Self { messages, n_warnings: 0 }
    }

    /// Tells an error of a claim file, and counts what is less.
    pub(crate) fn issue(&mut self, file: &str, issue: &Issue) -> io::Result<()> {
        match issue.severity {
            Severity::Error => self.at_line(file, issue.line, issue.code.as_str(), &issue.message),
            Severity::Warning => {
                self.n_warnings += 1;
                Ok(())
            }
            Severity::Info => Ok(()),
        }
    }

    pub(crate) fn at_line(&mut self, file: &str, line: u64, code: &str, message: &str) -> io::Result<()> {
        writeln!(self.messages, "{file}:{line}: [{code}] {message}")
    }

    pub(crate) fn file(&mut self, file: &str, code: &str, message: &str) -> io::Result<()> {
        writeln!(self.messages, "{file}: [{code}] {message}")
    }

    /// Tells how much was only counted.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.n_warnings > 0 {
            let n_warnings = self.n_warnings;
            writeln!(
                self.messages,
                "レセプトに注意が{n_warnings}件あります。kayoi receipts check で内容を確かめられます。"
            )?;
        }
        Ok(())
    }
}
