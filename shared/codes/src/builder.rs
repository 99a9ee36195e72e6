use std::collections::BTreeMap;

use crate::{
    Added, Codes, Kind, MasterError, SkipCause, Skipped,
    codes::Entry,
    layout::{OPEN, Row, kind_of},
    master::{columns, decode, lines},
    texts::TextsBuilder,
};

/// How many rows left out [`Added`] names.
const N_SKIPPED_NAMED: usize = 5;

/// Makes [`Codes`] out of master files and difference files.
///
/// The order of the files is the caller's: where two speak of the same code from the same month on,
/// the one added later wins. A difference file therefore comes after the file it changes.
#[derive(Default)]
pub struct CodesBuilder {
    /// By [`Kind`]; the versions of a code sorted by `from`, no two with the same.
    histories: [BTreeMap<u32, Vec<Version>>; 6],
}

#[derive(Clone)]
struct Version {
    /// As in [`Entry`].
    from: u32,
    /// As in [`Entry`].
    until: u32,
    content: Content,
}

#[derive(Clone, PartialEq, Eq)]
struct Content {
    name: String,
    first: String,
    second: String,
    is_f400: bool,
}

impl CodesBuilder {
    /// Begins with nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Continues from `codes`, as if all their files were added here again.
    pub fn from_codes(codes: &Codes) -> Self {
        let text = |id| codes.texts.get(id).to_owned();
        let histories = codes.tables.each_ref().map(|table| {
            let mut history: BTreeMap<u32, Vec<Version>> = BTreeMap::new();
            for entry in table {
                let (name, first, second) = (text(entry.name), text(entry.first), text(entry.second));
                let content = Content { name, first, second, is_f400: entry.is_f400 };
                let version = Version { from: entry.from, until: entry.until, content };
                history.entry(entry.code).or_default().push(version);
            }
            history
        });
        Self { histories }
    }

    /// Adds one master or difference file, in CP932 or UTF-8. What it is, its content tells.
    ///
    /// A bad row does not fail the file; it is counted, and the first few are named. In rows of
    /// difference files a blank field leaves what was known unchanged. A code that ends (変更区分 1 抹消,
    /// 9 廃止) keeps its name for the months before.
    ///
    /// # Errors
    ///
    /// [`MasterError`] when nothing of the file can be used; then nothing has changed.
    pub fn add(&mut self, bytes: &[u8]) -> Result<Added, MasterError> {
        let text = decode(bytes)?;
        let kind = lines(&text).find_map(|(_, line)| kind_of(&columns(line)?)).ok_or(MasterError::NotMaster)?;
        let mut added = Added { kind, n_rows: 0, n_skipped: 0, first_skipped: Vec::new() };
        for (number, line) in lines(&text) {
            match self.add_line(kind, line) {
                Ok(()) => added.n_rows += 1,
                Err(cause) => {
                    added.n_skipped += 1;
                    if added.first_skipped.len() < N_SKIPPED_NAMED {
                        added.first_skipped.push(Skipped { line: number, cause });
                    }
                }
            }
        }
        match added.first_skipped.first() {
            Some(first) if added.n_rows == 0 => Err(MasterError::NoRows { kind, first: *first }),
            _ => Ok(added),
        }
    }

    /// The look-up of everything added.
    pub fn build(&self) -> Codes {
        let mut texts = TextsBuilder::default();
        let tables = self.histories.each_ref().map(|history| {
            let versions = history.iter().flat_map(|(code, versions)| versions.iter().map(move |it| (*code, it)));
            versions
                .map(|(code, version)| Entry {
                    code,
                    from: version.from,
                    until: version.until,
                    name: texts.place(&version.content.name),
                    first: texts.place(&version.content.first),
                    second: texts.place(&version.content.second),
                    is_f400: version.content.is_f400,
                })
                .collect()
        });
        Codes { tables, texts: texts.finish() }
    }

    fn add_line(&mut self, kind: Kind, line: &str) -> Result<(), SkipCause> {
        let columns = columns(line).ok_or(SkipCause::Quote)?;
        self.apply(kind, &Row::read(kind, &columns)?)
    }

    /// Takes over one row, for which an entry of an excerpt counts too.
    pub(crate) fn apply(&mut self, kind: Kind, row: &Row<'_>) -> Result<(), SkipCause> {
        let history = &mut self.histories[kind as usize];
        let Some(versions) = history.get_mut(&row.code) else {
            let version = first_version(kind, row)?;
            history.insert(row.code, vec![version]);
            return Ok(());
        };
        if row.is_end {
            end(versions, row);
        } else {
            change(versions, row);
        }
        Ok(())
    }
}

fn first_version(kind: Kind, row: &Row<'_>) -> Result<Version, SkipCause> {
    // Comments whose text is free have no name.
    if row.name.is_empty() && kind != Kind::Comment {
        return Err(SkipCause::NoName);
    }
    let until = row.until.unwrap_or(OPEN);
    // A row that ends a code is dated the day after the last one.
    let from = row.from.filter(|it| *it <= until).unwrap_or(0);
    Ok(Version { from, until, content: content(row, None) })
}

/// Ends the newest version; the change itself is dated the day after, and is no new version.
fn end(versions: &mut [Version], row: &Row<'_>) {
    if let (Some(newest), Some(until)) = (versions.last_mut(), row.until.or(row.from)) {
        newest.until = until;
    }
}

fn change(versions: &mut Vec<Version>, row: &Row<'_>) {
    let newest = versions.len() - 1;
    let from = row.from.unwrap_or(versions[newest].from);
    let n_begun = versions.partition_point(|it| it.from <= from);
    let before = n_begun.saturating_sub(1);
    let until = row.until.unwrap_or(versions[before].until);
    let content = content(row, Some(&versions[before].content));

    if n_begun > 0 && (versions[before].from == from || versions[before].content == content) {
        versions[before].until = until;
        versions[before].content = content;
    } else if let Some(after) = versions.get_mut(n_begun).filter(|it| it.content == content) {
        after.from = from;
    } else {
        versions.insert(n_begun, Version { from, until, content });
    }
}

/// What `row` says, its blanks filled from `before` unless the row is whole: rows of whole masters
/// have both a name and an end of validity.
fn content(row: &Row<'_>, before: Option<&Content>) -> Content {
    let is_whole = !row.name.is_empty() && row.until.is_some();
    let before = before.filter(|_| !is_whole);
    let filled = |text: &str, of: fn(&Content) -> &String| match before {
        Some(before) if text.is_empty() => of(before).clone(),
        _ => text.to_owned(),
    };
    Content {
        name: filled(row.name, |it| &it.name),
        first: filled(row.first, |it| &it.first),
        second: filled(row.second, |it| &it.second),
        is_f400: row.is_f400.unwrap_or(before.is_some_and(|it| it.is_f400)),
    }
}
