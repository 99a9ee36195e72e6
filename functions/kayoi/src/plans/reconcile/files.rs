use std::{fs, io, path::Path};

use anyhow::bail;
use careplan::{Document, FileKind, FileName, Layout, Sheet, layout};

use crate::{
    dropouts::folder::{self, FoundFile},
    receipts::message_of,
};

/// What to do with a file that is not as the standard lays it out.
pub(super) const SEE_CHECK: &str = "kayoi plans check でファイルを点検してください。";

/// A file of the standard that was read.
pub(super) struct PlanFile {
    pub(super) path: String,
    pub(super) name: FileName,
    pub(super) document: Document,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) main: FileKind,
    /// Taken from folders beside it.
    pub(super) others: &'static [FileKind],
    /// What people call it.
    pub(super) what: &'static str,
}

/// Reads the file or the folder at `path`, the oldest send first; of sends at the same time the newer
/// version of the standard last.
///
/// # Errors
///
/// When there is nothing of the kind looked for, or a file of it cannot be read.
pub(super) fn read(path: &Path, wanted: Wanted, messages: &mut dyn io::Write) -> anyhow::Result<Vec<PlanFile>> {
    let mut named = if path.is_dir() {
        in_folder(path, wanted, messages)?
    } else {
        let file = FoundFile { name: path.display().to_string(), path: path.to_owned() };
        vec![(only(&file, wanted)?, file)]
    };
    if !named.iter().any(|it| it.0.kind == wanted.main) {
        bail!("{}: {}のファイル（{}_….CSV）がありません。", path.display(), wanted.what, wanted.main.prefix());
    }
    named.sort_by(|(one, _), (other, _)| {
        (&one.serial, one.standard, one.kind, one).cmp(&(&other.serial, other.standard, other.kind, other))
    });
    named.into_iter().map(|(name, file)| read_file(name, &file)).collect()
}

/// The files in the folder `dir` that are wanted. Of others with the ending of the standard it is told
/// that they were passed over.
fn in_folder(dir: &Path, wanted: Wanted, messages: &mut dyn io::Write) -> anyhow::Result<Vec<(FileName, FoundFile)>> {
    let mut named = Vec::new();
    for file in folder::files(dir)? {
        match FileName::parse(base_name(&file)) {
            Ok(name) if name.kind == wanted.main || wanted.others.contains(&name.kind) => named.push((name, file)),
            Err(code) if file.name.to_ascii_lowercase().ends_with(".csv") => {
                writeln!(messages, "{}: 読み飛ばしました。{}", file.name, code.advice())?;
            }
            _ => {}
        }
    }
    Ok(named)
}

/// The name of a file that was asked for by itself.
fn only(file: &FoundFile, wanted: Wanted) -> anyhow::Result<FileName> {
    match FileName::parse(base_name(file)) {
        Ok(name) if name.kind == wanted.main => Ok(name),
        Ok(name) => bail!(
            "{}: {}です。{}のファイル（{}_….CSV）を指定してください。",
            file.name,
            name.kind.title(),
            wanted.what,
            wanted.main.prefix()
        ),
        Err(code) => bail!("{}: {}", file.name, code.advice()),
    }
}

fn read_file(name: FileName, file: &FoundFile) -> anyhow::Result<PlanFile> {
    let bytes = fs::read(&file.path).map_err(|err| anyhow::anyhow!("{}: {}", file.name, message_of(&err)))?;
    let Some(layout) = layout(name.kind, name.standard) else { bail!("{}: {SEE_CHECK}", file.name) };
    let sheet = Sheet::read(bytes);
    if let Some(line) = first_broken_line(&sheet, layout) {
        bail!("{}: {line}行目の項目の数か引用符が標準仕様と合いません。{SEE_CHECK}", file.name);
    }
    Ok(PlanFile { path: file.name.clone(), name, document: Document::of(&sheet, layout) })
}

fn first_broken_line(sheet: &Sheet, layout: &Layout) -> Option<u64> {
    let broken = sheet.rows().filter(|it| !it.is_blank() && it.n_cells() != layout.items.len()).map(|it| it.line());
    sheet.problems().iter().map(|it| it.0).chain(broken).min()
}

fn base_name(file: &FoundFile) -> &str {
    file.path.file_name().and_then(|it| it.to_str()).unwrap_or_default()
}
