use std::{collections::BTreeMap, fmt::Write as _};

use careplan::{
    OfficeNumber,
    exchange::{Evidence, FactKind, TransferId},
};

use super::log::in_tokyo;
use crate::plans::shown::kind_name;

const STYLE: &str = "@page{size:A4 landscape;margin:12mm}body{font-family:sans-serif;font-size:9pt;color:#000}\
h1{font-size:14pt}h2{font-size:11pt;margin-top:1.5em}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #666;padding:2px 4px;text-align:left;vertical-align:top}th{background:#eee}\
thead{display:table-header-group}tr{break-inside:avoid}code{font-size:7pt;word-break:break-all}";

/// `index.html`: the entries of a month as tables that print on A4.
pub(super) fn page(month: &str, key: &str, entries: &[Evidence]) -> String {
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n");
    let office = entries.first().map_or("", |it| it.office.as_str());
    let title = format!("ケアプランデータ連携の記録 {} 事業所番号 {}", escaped(month), escaped(office));
    let _ = write!(page, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n");
    let _ = writeln!(
        page,
        "<p>この表は log.json の記録を読めるようにしたものです。証拠は署名された log.json で、確かめ方は README.txt \
         にあります。公開鍵: <code>{}</code></p>",
        escaped(key)
    );
    if entries.is_empty() {
        page += "<p>この月の記録はありません。</p>\n";
    } else {
        page += &transfers(entries);
        page += &log(entries);
    }
    page += "</body>\n</html>\n";
    page
}

/// A row for each transfer: when it came how far.
fn transfers(entries: &[Evidence]) -> String {
    let mut by_transfer: BTreeMap<&TransferId, Vec<&Evidence>> = BTreeMap::new();
    for entry in entries {
        by_transfer.entry(&entry.fact.transfer).or_default().push(entry);
    }
    let mut transfers: Vec<Vec<&Evidence>> = by_transfer.into_values().collect();
    transfers.sort_by_key(|it| it.first().map(|it| it.number));
    let rows = transfers.iter().filter_map(|it| {
        let first = it.first()?;
        let fact = &first.fact;
        let mut row = vec![direction(first).to_owned(), other_side(first).to_string(), kind_name(fact.kind).to_owned()];
        row.push(fact.serial.as_ref().map_or_else(String::new, |it| it.as_str().to_owned()));
        for kinds in [
            &[FactKind::Delivered][..],
            &[FactKind::Fetched],
            &[FactKind::Imported, FactKind::Rejected],
            &[FactKind::Withdrawn, FactKind::Undelivered],
        ] {
            let found = it.iter().filter(|entry| kinds.contains(&entry.fact.event));
            let told = |entry: &&Evidence| match kinds.len() {
                1 => when(entry),
                _ => format!("{} {}", entry.fact.event.label(), when(entry)),
            };
            row.push(found.map(told).collect::<Vec<_>>().join("\n"));
        }
        row.push(fact.transfer.to_string());
        Some(row)
    });
    let header = ["送受信", "相手", "種別", "ファイル連番", "送信（配達）", "取得", "回答", "取消・不達", "送信ID"];
    format!("<h2>送信ごと</h2>\n{}", table(&header, rows))
}

/// A row for each entry.
fn log(entries: &[Evidence]) -> String {
    let rows = entries.iter().map(|it| {
        vec![
            it.number.to_string(),
            when(it),
            it.fact.event.label().to_owned(),
            it.fact.sender.to_string(),
            it.fact.receiver.to_string(),
            kind_name(it.fact.kind).to_owned(),
            it.fact.serial.as_ref().map_or_else(String::new, |it| it.as_str().to_owned()),
            it.fact.sha256.join("\n"),
        ]
    });
    let header = ["番号", "日時", "できごと", "送信元", "送信先", "種別", "ファイル連番", "ファイルのSHA-256"];
    format!("<h2>記録</h2>\n{}", table(&header, rows))
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = String::from("<table>\n<thead><tr>");
    for cell in header {
        let _ = write!(table, "<th>{cell}</th>");
    }
    table += "</tr></thead>\n<tbody>\n";
    for row in rows {
        table += "<tr>";
        for cell in row {
            // Hashes and ids are long words.
            let is_hash = cell.len() >= 32 && cell.bytes().all(|it| it.is_ascii_hexdigit() || it == b'\n');
            let text = escaped(&cell).replace('\n', "<br>");
            let _ =
                if is_hash { write!(table, "<td><code>{text}</code></td>") } else { write!(table, "<td>{text}</td>") };
        }
        table += "</tr>\n";
    }
    table += "</tbody>\n</table>\n";
    table
}

fn direction(entry: &Evidence) -> &'static str {
    if entry.fact.sender == entry.office { "送信" } else { "受信" }
}

fn other_side(entry: &Evidence) -> &OfficeNumber {
    if entry.fact.sender == entry.office { &entry.fact.receiver } else { &entry.fact.sender }
}

fn when(entry: &Evidence) -> String {
    in_tokyo(entry.fact.at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Text as text of a page.
fn escaped(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => page += "&amp;",
            '<' => page += "&lt;",
            '>' => page += "&gt;",
            '"' => page += "&quot;",
            '\'' => page += "&#39;",
            it => page.push(it),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_said_is_text() {
        let page = page("<b>", "\"><script>alert('x')</script>&amp;", &[]);
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"));
    }
}
