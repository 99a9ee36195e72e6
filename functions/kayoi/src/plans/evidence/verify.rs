use std::{fs, path::Path};

use anyhow::Context as _;
use careplan::exchange::verify_log;

use super::archive::{self, Opened};
use crate::{Exit, Output};

/// Says whether the ZIP `file` is what the owner of `key` signed.
pub(super) fn run(file: &Path, key: Option<&str>, output: &mut Output<'_>) -> anyhow::Result<Exit> {
    let bytes = fs::read(file).with_context(|| format!("{} を読めません", file.display()))?;
    let Opened { log, index } = archive::open(&bytes)?;
    if let Err(broken) = verify_log(&log.entries, key.map_or(log.key.as_str(), str::trim)) {
        writeln!(output.data, "改ざんの疑い: {broken}")?;
        return Ok(Exit::Errors);
    }
    let entries = log.entries().context("ZIPの中の公開鍵が、確かめた公開鍵と違います")?.of_month;
    let range = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => format!("（番号 {}〜{}）", first.number, last.number),
        _ => String::new(),
    };
    writeln!(output.data, "改ざんなし: {}件{range}", entries.len())?;
    if key.is_none() {
        writeln!(
            output.messages,
            "ZIPの中の公開鍵で確かめました。サービスが公開している鍵で確かめるには --key で指定してください。"
        )?;
    }
    if archive::index_of(&log)? != index {
        writeln!(
            output.messages,
            "エラー: index.html が、記録（log.json）からこの版の kayoi が作るものと違います。index.html は証拠になりません。"
        )?;
        return Ok(Exit::Errors);
    }
    Ok(Exit::Success)
}
