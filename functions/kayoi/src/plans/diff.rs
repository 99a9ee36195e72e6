//! `kayoi plans diff`: two versions of a plan or a table.

#[cfg(test)]
mod tests;

use std::{
    fmt::Write as _,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::bail;
use careplan::{CarePlan, ChangeKind, Document, FileKind, MonthTable, Person, UserChanges};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{reading, shown::printable};
use crate::{Exit, Output};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct DiffArgs {
    /// 古い版のファイル（CSV）か、計画書（第1・2・3表）や利用票（第6・7表）のファイルのあるフォルダー
    #[arg(value_name = "古い版", help_heading = "引数", display_order = 1)]
    old: PathBuf,
    /// 新しい版のファイルか、フォルダー
    #[arg(value_name = "新しい版", help_heading = "引数", display_order = 2)]
    new: PathBuf,
    /// 出力の形式: text（読むためのもの）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

impl DiffArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let old = read(&self.old, output.messages)?;
        let new = read(&self.new, output.messages)?;
        let users = careplan::diff_documents(&old, &new);
        match self.format {
            Format::Text => output.data.write_all(text(&users).as_bytes())?,
            Format::Json => write_json(&users, output.data)?,
        }
        Ok(Exit::Success)
    }
}

/// One side. A file that cannot be read would look like one that was taken out, and ends the comparison.
fn read(path: &Path, messages: &mut dyn Write) -> anyhow::Result<Vec<Document>> {
    let reading = reading::read(&[path.to_owned()], messages)?;
    if reading.n_failed > 0 {
        bail!("読めないファイルがあるため、比べられません。");
    }
    let documents = reading.documents;
    if CarePlan::all(&documents).is_empty() && MonthTable::all(&documents).is_empty() {
        bail!("{}: 計画書（第1・2・3表）も利用票（第6・7表）もありません。", path.display());
    }
    Ok(documents)
}

fn text(users: &[UserChanges]) -> String {
    let mut text = String::new();
    for user in users.iter().filter(|it| !it.changes.is_empty()) {
        let name = if user.name.is_empty() { String::new() } else { format!("（{}）", printable(&user.name)) };
        let [insured, insurer] = [&user.person.insured, &user.person.insurer].map(|it| printable(it));
        let _ = writeln!(text, "■ 被保険者番号 {insured}{name}　保険者番号 {insurer}");
        for change in &user.changes {
            let _ = writeln!(text, "  ・{}", printable(&change.sentence));
        }
    }
    if text.is_empty() { "違いはありません。\n".to_owned() } else { text }
}

/// What `--format json` writes.
#[derive(Serialize)]
struct Report<'a> {
    /// Everybody who was compared.
    users: Vec<User<'a>>,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct User<'a> {
    #[serde(flatten)]
    person: &'a Person,
    name: &'a str,
}

#[derive(Serialize)]
struct Change<'a> {
    sheet: FileKind,
    /// Where the user stands among `users`, from 0.
    user: usize,
    kind: ChangeKind,
    sentence: &'a str,
}

fn write_json(users: &[UserChanges], data: &mut dyn Write) -> anyhow::Result<()> {
    let changes = users.iter().enumerate().flat_map(|(user, it)| it.changes.iter().map(move |change| (user, change)));
    let report = Report {
        users: users.iter().map(|it| User { person: &it.person, name: &it.name }).collect(),
        changes: changes
            .map(|(user, it)| Change { sheet: it.sheet, user, kind: it.kind, sentence: &it.sentence })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *data, &report)?;
    writeln!(data).map_err(io::Error::into)
}
