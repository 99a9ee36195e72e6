//! How a transfer is named on the command line: by its id, or by how it begins.

use anyhow::{bail, ensure};
use careplan::exchange::TransferId;

use super::office::{List, Office, Transfer};

/// Digits that tell one transfer of an office from another.
const MIN_DIGITS: usize = 8;

/// Reads a transfer's id, or at least its first 8 digits.
pub(super) fn transfer(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let fits = (MIN_DIGITS..=32).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit());
    fits.then_some(text).ok_or_else(|| "送信ID（32桁の16進数）か、そのはじめの8桁以上にしてください。".to_owned())
}

/// The transfer that `given` begins.
///
/// # Errors
///
/// When it begins none of the list, or several.
pub(super) fn find(office: &Office, list: List, given: &str) -> anyhow::Result<TransferId> {
    if let Some(id) = TransferId::parse(given) {
        return Ok(id);
    }
    only(&office.transfers(list, |_| true)?, given)
}

fn only(listed: &[Transfer], given: &str) -> anyhow::Result<TransferId> {
    let mut found = listed.iter().map(|it| &it.id).filter(|it| it.as_str().starts_with(given));
    let Some(id) = found.next() else {
        bail!("{given} で始まる送信IDはありません。一覧で確かめてください")
    };
    ensure!(found.next().is_none(), "{given} で始まる送信IDが2つ以上あります。もっと長く指定してください");
    Ok(id.clone())
}
