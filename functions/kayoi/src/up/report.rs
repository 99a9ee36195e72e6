use std::{collections::BTreeMap, fs, io, time::Duration};

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::{clinic::DemoClinic, stack::Stack};
use crate::Output;

/// How many of the log's last lines are shown.
const LOG_LINES: usize = 20;

/// Tells where the API is and what opens it.
pub(super) fn addresses(stack: &Stack, clinic: &DemoClinic, output: &mut Output<'_>) -> io::Result<()> {
    let address = stack.api_address().map_err(io::Error::other)?;
    let token = &clinic.token;
    writeln!(output.data, "\nAPI       {address}")?;
    writeln!(output.data, "トークン  {token}")?;
    writeln!(output.data, "使い方    {address}/v1/openapi.json")?;
    writeln!(output.data, "記録      {}", stack.emulator.log().display())?;
    writeln!(output.data, "\n  export KAYOI_API='{address}'")?;
    writeln!(output.data, "  export KAYOI_TOKEN='{token}'")?;
    writeln!(output.data, "  curl -H \"Authorization: Bearer $KAYOI_TOKEN\" \"$KAYOI_API/v1/groups/counts\"")?;
    writeln!(output.data, "  cargo kayoi upload ファイル…")
}

/// The counts of the groups as a table.
pub(super) fn counts(counts: &Value, output: &mut Output<'_>) -> io::Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    writeln!(output.data, "\n{}の時点（{}までのレセプト）", text(&counts["as_of"]), text(&counts["data_through"]))?;
    let header = ["グループ", "対象", "正常", "離脱予備群", "離脱", "対象外"].map(str::to_owned);
    let mut rows = vec![header];
    for group in counts["groups"].as_array().into_iter().flatten() {
        let number = |key: &str| group[key].to_string();
        rows.push([
            text(&group["name"]),
            number("members"),
            number("regular"),
            number("at_risk"),
            number("dropped_out"),
            number("excluded"),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    for row in &rows {
        let name = format!("{}{}", row[0], " ".repeat(width(0) - row[0].width()));
        let numbers: String = (1..row.len())
            .map(|column| format!("  {}{}", " ".repeat(width(column) - row[column].width()), row[column]))
            .collect();
        writeln!(output.data, "{name}{numbers}")?;
    }
    Ok(())
}

/// How long it took, and how many rows of the table were written for it.
pub(super) fn figures(
    n_files: usize,
    took: Duration,
    changed: &[(String, String)],
    output: &mut Output<'_>,
) -> io::Result<()> {
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for (pk, sk) in changed {
        // `C#<clinic>#P` holds patients; what has no such mark is one row named by its sort key.
        let kind = pk.split('#').nth(2).unwrap_or(sk.as_str());
        *by_kind.entry(kind_name(kind)).or_default() += 1;
    }
    let by_kind: Vec<String> = by_kind.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let took = took.as_secs_f64();
    writeln!(output.data, "\n{n_files}ファイルの送信の始めから一覧ができるまで {took:.1}秒")?;
    writeln!(output.data, "DynamoDBへの書き込み {}件（{}）", changed.len(), by_kind.join("、"))
}

fn kind_name(kind: &str) -> &str {
    match kind {
        "P" => "患者",
        "K" => "患者の番号",
        "L" => "一覧",
        "M" => "月のファイル",
        "U" => "アップロード",
        "I" => "受付箱",
        "UPLOADS" => "受付番号",
        "GENERATION" => "世代",
        "APPLIED" => "反映済み",
        "REFRESH" => "反映の途中",
        "TG" => "グループに入った日",
        other => other,
    }
}

/// Shows where the log is and how it ends.
pub(super) fn log_of(stack: &Stack, output: &mut Output<'_>) -> io::Result<()> {
    let log = stack.emulator.log();
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    writeln!(output.messages, "\n記録 {} の最後の{LOG_LINES}行:", log.display())?;
    for line in &lines[lines.len().saturating_sub(LOG_LINES)..] {
        writeln!(output.messages, "  {line}")?;
    }
    Ok(())
}
