//! The shape of the workspace: which way its arrows point, and that one name is one name in all the
//! places that hold it. `design.md` of the project says why.

mod arrows;
mod names;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names of the folders in `parent`, sorted.
fn folders(parent: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(parent)).unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.filter(|it| it.file_type().unwrap().is_dir()).map(|it| it.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The functions that Lambda runs: all but the command line.
pub(crate) fn functions() -> Vec<String> {
    folders("functions").into_iter().filter(|it| it != "kayoi").collect()
}

/// Every file below `dir` whose name ends with `ending`.
fn files_below(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `import-receipts` → `ImportReceipts`.
fn pascal_case(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}
