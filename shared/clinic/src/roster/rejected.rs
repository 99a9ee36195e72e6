use std::borrow::Cow;
use std::collections::HashMap;

use super::column::REASON_HEADER;
use super::encoding::Encoding;
use super::guard::{needs_guard, without_guard};
use super::split::Fault;
use super::table::Table;
use super::{RosterError, RosterFile};

/// The rejected rows of `file`, which was read from `original`, under their header and with one
/// more column, 取込できなかった理由: to be corrected in a spreadsheet and uploaded again.
///
/// Cells come back byte for byte in the file's own encoding; one that a spreadsheet would run as a
/// formula gets an apostrophe before it, which [`super::read`] takes off. A row whose quotes are
/// broken comes back cut at each delimiter, the quotes kept.
///
/// # Errors
///
/// As [`super::read`] of `original`; none if `file` was read from it.
pub fn rejected_csv(original: &[u8], file: &RosterFile) -> Result<Vec<u8>, RosterError> {
    let mut table = Table::open(original)?;
    let encoding = table.encoding;
    let reasons: HashMap<u64, &str> = file.rejected.iter().map(|it| (it.line, it.reason.as_str())).collect();

    let mut rows: Vec<(Vec<Cow<'_, [u8]>>, &str)> = Vec::with_capacity(reasons.len() + 1);
    // A file that was corrected before brings its reasons along; they make room for the new ones.
    let reasons_at = table.header.reasons_at;
    let header = std::mem::take(&mut table.header_record.cells);
    rows.push((without_column(header, reasons_at), REASON_HEADER));
    while let Some(record) = table.next_record()? {
        if let Some(reason) = reasons.get(&record.line) {
            // Where the quotes are broken, nobody knows which cell is which column.
            let known = !matches!(record.fault, Some(Fault::UnbalancedQuotes | Fault::TooManyColumns));
            rows.push((without_column(record.cells, reasons_at.filter(|_| known)), reason));
        }
    }
    let width = rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0);

    let mut writer = csv::WriterBuilder::new()
        .delimiter(table.delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(encoding.mark().to_vec());
    for (cells, reason) in &rows {
        let blank = std::iter::repeat_n(Cow::Borrowed(b"".as_slice()), width - cells.len());
        let cells = cells.iter().map(|it| guarded(it, encoding)).chain(blank);
        let reason = Cow::Owned(encoding.encode(reason));
        writer.write_record(cells.chain([reason])).unwrap_or_else(|_| unreachable!("writing to memory does not fail"));
    }
    Ok(writer.into_inner().unwrap_or_else(|_| unreachable!("writing to memory does not fail")))
}

fn without_column<T>(mut cells: Vec<T>, at: Option<usize>) -> Vec<T> {
    if let Some(at) = at.filter(|it| *it < cells.len()) {
        cells.remove(at);
    }
    cells
}

fn guarded(cell: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    let text = encoding.decode_lossy(cell);
    let is_guarded_already = without_guard(&text).len() < text.len();
    if is_guarded_already || !needs_guard(&text) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned([b"'", cell].concat())
}
