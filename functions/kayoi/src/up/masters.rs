use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use files::Files;

use super::stack::Stack;

/// What `update-masters` makes of them.
const CODES: &str = "codes/current";

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Puts the national masters of `dir` into the bucket, as an operator does, and waits for the look-up
/// that is made of them.
pub(super) fn put(stack: &Stack, dir: &Path) -> anyhow::Result<()> {
    let files = Files::in_s3(&stack.aws(), stack.output("DataBucket")?);
    let entries = fs::read_dir(dir).with_context(|| format!("フォルダー {} を読めません", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bytes = fs::read(&path).with_context(|| format!("{} を読めません", path.display()))?;
            stack.wait(files.put(&format!("masters/{name}"), bytes, "text/csv")).context("マスターを置けません")?;
        }
    }
    let since = Instant::now();
    while stack.wait(files.head(CODES)).context("マスターを確かめられません")?.is_none() {
        ensure!(since.elapsed() < LIMIT, "マスターから名称の一覧ができません");
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Puts the excerpt that the program brings into the bucket: the demo's codes have names by it.
pub(super) fn put_excerpt(stack: &Stack) -> anyhow::Result<()> {
    let files = Files::in_s3(&stack.aws(), stack.output("DataBucket")?);
    let bytes = codes::Codes::excerpt().to_bytes();
    stack.wait(files.put(CODES, bytes, "application/octet-stream")).context("マスターの抜粋を置けません")
}
