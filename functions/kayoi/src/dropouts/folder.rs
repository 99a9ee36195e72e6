use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// A file in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFile {
    /// Its path in the folder, with `/` between names.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// Every file below `dir` in byte order of the paths. Hidden ones are left out, and so are folders
/// that are links, which could lead in a circle.
pub(crate) fn files(dir: &Path) -> anyhow::Result<Vec<FoundFile>> {
    let mut found = Vec::new();
    search(dir, "", &mut found)?;
    found.sort_by(|one, other| one.name.as_bytes().cmp(other.name.as_bytes()));
    Ok(found)
}

fn search(dir: &Path, prefix: &str, found: &mut Vec<FoundFile>) -> anyhow::Result<()> {
    let context = || format!("フォルダー {} を読めません。パスと権限を確かめてください", dir.display());
    for entry in fs::read_dir(dir).with_context(context)? {
        let entry = entry.with_context(context)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let (name, path) = (format!("{prefix}{name}"), entry.path());
        if entry.file_type().with_context(context)?.is_dir() {
            search(&path, &format!("{name}/"), found)?;
        } else if !path.is_dir() {
            found.push(FoundFile { name, path });
        }
    }
    Ok(())
}
