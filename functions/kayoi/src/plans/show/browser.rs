use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

/// How many names are tried.
const MAX_PAGES: u32 = 1000;

/// Writes `page` to a new file in `dir` that nobody else may read.
///
/// # Errors
///
/// When no new file can be written there.
pub(super) fn write_private(dir: &Path, page: &[u8]) -> io::Result<PathBuf> {
    let mut options = OpenOptions::new();
    // A new file alone: one that somebody else has put there is not written to.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 1;
    loop {
        let path = dir.join(format!("kayoi-plans-{}-{number}.html", process::id()));
        match options.open(&path) {
            Ok(mut file) => return file.write_all(page).map(|()| path),
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists && number < MAX_PAGES => number += 1,
            Err(err) => return Err(err),
        }
    }
}

/// Asks the system to open `page` as it opens any page. Returns whether it did.
pub(super) fn open(page: &Path) -> bool {
    let mut command = if cfg!(target_os = "windows") {
        let mut command = Command::new("cmd");
        // The first argument of `start` in quotes is the title of a window.
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" })
    };
    let ran = command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ran.is_ok_and(|it| it.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_a_shared_folder_is_new_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (write_private(dir.path(), b"1").unwrap(), write_private(dir.path(), b"2").unwrap());
        assert_ne!(one, other);
        assert_eq!(std::fs::read(&one).unwrap(), b"1");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&other).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
