//! Runs the command line inside a test.

use std::{fs, path::Path};

use jiff::civil::date;

use crate::{
    Exit, Output,
    demo::{Demo, DemoSize, demo},
};

/// What a command wrote and how it ended.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) data: Vec<u8>,
    pub(crate) messages: String,
}

impl Ran {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.data.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.data).unwrap()
    }
}

/// Runs `kayoi` with `arguments` on 23 November 2026.
pub(crate) fn kayoi(arguments: &[&str]) -> Ran {
    let (mut data, mut messages) = (Vec::new(), Vec::new());
    let output = Output { data: &mut data, messages: &mut messages, shows_progress: false };
    let exit = crate::run([&["kayoi"], arguments].concat(), date(2026, 11, 23), output).unwrap();
    Ran { exit, data, messages: String::from_utf8(messages).unwrap() }
}

/// A small demo clinic: 60 patients, a year until October 2026.
pub(crate) fn clinic() -> Demo {
    demo(1, japan::Month::new(2026, 10).unwrap(), DemoSize { n_patients: 60, n_months: 12 })
}

/// Writes a file below `dir` and gives its path as text.
pub(crate) fn write(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}
