use std::borrow::Cow;

use anyhow::bail;
use csv::{Terminator, WriterBuilder};
use japan::to_cp932;

use super::{
    CsvEncoding, STATUSES,
    report::{Report, reasons},
    status_name,
};

const HEADER: [&str; 8] =
    ["グループ", "状態", "診察券番号", "氏名", "最終来院日", "状態の開始日", "状態の終了日", "理由"];

/// The members of every group as a list to call by, safe to open in a spreadsheet.
///
/// # Errors
///
/// When some line holds a character that `encoding` lacks; the message names the line alone.
pub(super) fn call_list(report: &Report<'_>, encoding: CsvEncoding) -> anyhow::Result<Vec<u8>> {
    let mut lines = vec![line(&HEADER.map(str::to_owned))?];
    for (index, group) in report.groups.groups.iter().enumerate() {
        for status in STATUSES {
            for listed in report.members(index, status) {
                lines.push(line(&[
                    group.name.clone(),
                    status_name(status).to_owned(),
                    listed.chart_number.unwrap_or_default().to_owned(),
                    listed.name.to_owned(),
                    listed.last_visit.to_string(),
                    listed.since.to_string(),
                    listed.until.map_or_else(String::new, |it| it.to_string()),
                    reasons(listed.because),
                ])?);
            }
        }
    }
    match encoding {
        CsvEncoding::Utf8 => Ok(["\u{FEFF}", &lines.concat()].concat().into_bytes()),
        CsvEncoding::Cp932 => {
            let mut bytes = Vec::new();
            for (number, line) in (1..).zip(&lines) {
                let Ok(encoded) = to_cp932(line) else {
                    bail!(
                        "CSVの{number}行目に、CP932（Shift_JIS）にない文字があります。--encoding utf8 を指定してください。"
                    );
                };
                bytes.extend(encoded);
            }
            Ok(bytes)
        }
    }
}

fn line(cells: &[String; 8]) -> anyhow::Result<String> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|it| guarded(it).into_owned()))?;
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> Cow<'_, str> {
    let looks_like_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if looks_like_formula { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_shown_instead() {
        for cell in ["=1+1", "+81", "-5", "@A1", "\tx", "\rx", "＝1", "＋1", "－1", "＠1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        assert_eq!(guarded("検証　一郎"), "検証　一郎");
        assert_eq!(guarded("A-001"), "A-001");
    }

    #[test]
    fn commas_quotes_and_line_breaks_stay_in_their_cell() {
        let cells = ["a,b", "\"c\"", "d\ne", "", "", "", "", "=f,g"].map(str::to_owned);
        assert_eq!(line(&cells).unwrap(), "\"a,b\",\"\"\"c\"\"\",\"d\ne\",,,,,\"'=f,g\"\r\n");
    }
}
