use std::{borrow::Cow, fmt};

use encoding_rs::SHIFT_JIS;

use crate::Kind;

/// What a master file brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// What the file is, told by its content.
    pub kind: Kind,
    /// Rows taken over, changed or not.
    pub n_rows: usize,
    /// Rows left out.
    pub n_skipped: usize,
    /// The first few of the rows left out.
    pub first_skipped: Vec<Skipped>,
}

/// A row that was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// Why.
    pub cause: SkipCause,
}

/// Such as `3行目: コードの桁数が違います`.
impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}行目: {}", self.line, self.cause)
    }
}

/// Why one row of a master file was left out. The text is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SkipCause {
    /// Bytes that are no character of the file's encoding.
    #[error("文字化けしています")]
    Encoding,
    /// A quote that is not closed on its line, or closed before the column ends.
    #[error("引用符「\"」の対応が崩れています")]
    Quote,
    /// Column 2 names another master, or none.
    #[error("マスター種別(2列目)が他の行と違います")]
    Kind,
    /// Not as many digits as the codes of this master have.
    #[error("コードの桁数が違います")]
    Code,
    /// A date that is none.
    #[error("年月日が日付ではありません")]
    Date,
    /// A change of a code that is not known, or a new code without a name.
    #[error("登録のないコードで、名称もありません")]
    NoName,
}

/// Why a file was not taken over at all; nothing of it was. The text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterError {
    /// No bytes, or only blank lines.
    #[error("ファイルが空です。診療報酬情報提供サービスからもう一度ダウンロードしてください。")]
    Empty,
    /// An archive.
    #[error("ZIPファイルです。展開して、中のCSVファイルを1つずつ置いてください。")]
    Zip,
    /// No row says which master it belongs to.
    #[error(
        "基本マスターのファイルではありません(2列目にB・Z・S・Y・T・Cのどれもありません)。\
         診療報酬情報提供サービスのCSVを、加工せずShift_JISのまま置いてください。"
    )]
    NotMaster,
    /// A master, but without one usable row.
    #[error(
        "{kind}マスターですが、使える行がありません(最初は{first})。\
         差分ファイルなら、先に全件のファイルを置いてください。"
    )]
    NoRows {
        /// What the file says it is.
        kind: Kind,
        /// The first row left out.
        first: Skipped,
    },
}

/// The text of a master file, or why the bytes cannot be one: CP932 as published, or UTF-8 as some
/// tools save it again.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, MasterError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(MasterError::Zip);
    }
    let text = match (bytes.strip_prefix(b"\xEF\xBB\xBF"), std::str::from_utf8(bytes)) {
        (Some(marked), _) => String::from_utf8_lossy(marked),
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => SHIFT_JIS.decode_without_bom_handling(bytes).0,
    };
    if lines(&text).next().is_none() { Err(MasterError::Empty) } else { Ok(text) }
}

/// The lines of `text` that hold something, each with its number counted from 1.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    // Files from old systems end with Ctrl-Z.
    let is_blank = |line: &str| line.trim_matches(|it: char| it.is_whitespace() || it == '\u{1a}').is_empty();
    (1..).zip(text.lines()).filter(move |(_, line)| !is_blank(line))
}

/// The columns of one line, without their quotes, or `None` when a quote stays open. No column of a
/// master holds a line break, so that a bad quote spoils one line only.
pub(crate) fn columns(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut columns = Vec::with_capacity(160);
    let mut rest = Some(line);
    while let Some(text) = rest {
        let column;
        (column, rest) = match text.strip_prefix('"') {
            Some(quoted) => until_quote(quoted)?,
            None => match text.split_once(',') {
                Some((column, after)) => (Cow::Borrowed(column), Some(after)),
                None => (Cow::Borrowed(text), None),
            },
        };
        columns.push(column);
    }
    Some(columns)
}

/// The column that ends with the next single quote, and what follows its comma.
fn until_quote(quoted: &str) -> Option<(Cow<'_, str>, Option<&str>)> {
    let mut end = quoted.find('"')?;
    let mut has_doubled = false;
    while quoted[end + 1..].starts_with('"') {
        has_doubled = true;
        end += 2 + quoted[end + 2..].find('"')?;
    }
    let (column, after) = (&quoted[..end], &quoted[end + 1..]);
    let column = if has_doubled { Cow::Owned(column.replace("\"\"", "\"")) } else { Cow::Borrowed(column) };
    match after.strip_prefix(',') {
        Some(next) => Some((column, Some(next))),
        None => after.is_empty().then_some((column, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&[&str]>) {
        let columns = columns(line);
        assert_eq!(
            columns.as_deref().map(<[_]>::to_vec),
            expected.map(|it| it.iter().map(|it| Cow::from(*it)).collect())
        );
    }

    #[test]
    fn columns_may_be_quoted_or_not() {
        check(r#""0","S","再診料，""仮"",","""#, Some(&["0", "S", "再診料，\"仮\",", ""]));
        check("0,S,,", Some(&["0", "S", "", ""]));
        check(r#""""#, Some(&[""]));
    }

    #[test]
    fn an_open_or_misplaced_quote_is_no_line() {
        check(r#""0","S"#, None);
        check(r#""0"","S""#, None);
        check(r#""0"S,1"#, None);
        check(r#"""""#, None);
    }
}
