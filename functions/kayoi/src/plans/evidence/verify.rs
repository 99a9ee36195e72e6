use std::{fs, path::Path};

use anyhow::Context as _;
use careplan::exchange::verify_log;

use super::{
    archive::{self, Opened},
    log::Entries,
};
use crate::{Exit, Output};

/// Says whether the ZIP `file` is what the owner of `key` signed.
pub(super) fn run(file: &Path, key: Option<&str>, output: &mut Output<'_>) -> anyhow::Result<Exit> {
    let bytes = fs::read(file).with_context(|| format!("{} を読めません", file.display()))?;
    let Opened { log, files } = archive::open(&bytes)?;
    if let Err(broken) = verify_log(&log.entries, key.map_or(log.key.as_str(), str::trim)) {
        writeln!(output.data, "改ざんの疑い: {broken}")?;
        return Ok(Exit::Errors);
    }
    let Entries { of_month: entries, ends } = log.entries().context("ZIPの中の公開鍵が、確かめた公開鍵と違います")?;
    if !ends.has_start {
        writeln!(output.data, "改ざんの疑い: この月のはじめの記録が抜かれています")?;
        return Ok(Exit::Errors);
    }
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
    if !ends.has_end {
        writeln!(
            output.messages,
            "最後の記録より後の記録がZIPにないので、最後の方の記録が抜かれていないかまでは確かめられません。後の記録ができてから作り直すと、それも確かめられます。"
        )?;
    }
    let made = archive::files_of(&log)?;
    let changed = changed(&files, &made);
    for name in &changed {
        writeln!(
            output.messages,
            "エラー: {name} が、記録（log.json）からこの版の kayoi が作るものと違います。{name} は証拠になりません。"
        )?;
    }
    Ok(if changed.is_empty() { Exit::Success } else { Exit::Errors })
}

/// The names of files that are not what belongs into the ZIP, of those that are missing and of any others.
fn changed<'a>(files: &'a [(String, Vec<u8>)], made: &'a [(&str, Vec<u8>)]) -> Vec<&'a str> {
    let is_as_made = |(name, content): &(String, Vec<u8>)| made.iter().any(|it| it.0 == name && it.1 == *content);
    let other = files.iter().filter(|it| !is_as_made(it)).map(|it| it.0.as_str());
    let missing = made.iter().map(|it| it.0).filter(|name| files.iter().all(|it| it.0 != *name));
    other.chain(missing).collect()
}
