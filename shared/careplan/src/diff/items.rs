use super::change::quoted;
use crate::{Form, Item, Record, forms::shown, model::RecordView};

/// All that a record says, as one key.
pub(super) fn whole<V: RecordView>(view: &V) -> String {
    of_items(view.record(), V::KEEPS)
}

/// What a record says in the items with `numbers`, as one key.
pub(super) fn of_items(record: &Record, numbers: impl IntoIterator<Item = usize>) -> String {
    numbers.into_iter().map(|it| format!("{}\u{0}", record.text(it))).collect()
}

/// The items in which two records differ: `頻度が「週２回」から「週３回」に`. Items in `told` are left out;
/// the two in `times` are told as one.
pub(super) fn differences<V: RecordView>(old: &V, new: &V, told: &[usize], times: Option<[usize; 2]>) -> Vec<String> {
    let times = times.unwrap_or_default();
    let mut phrases = Vec::new();
    let span = |it: &V| shown::span(it.record().text(times[0]), it.record().text(times[1]));
    let times_differ = times.iter().any(|it| old.record().text(*it) != new.record().text(*it));
    if times_differ {
        let [old, new] = [span(old), span(new)].map(|it| bare(&it));
        phrases.push(format!("時間が{old}から{new}に"));
    }
    for ((item, old), (_, new)) in old.items().zip(new.items()) {
        if old != new && !told.contains(&item.number) && !times.contains(&item.number) {
            phrases.push(format!("{}が{}から{}に", item.name, in_words(item, old), in_words(item, new)));
        }
    }
    phrases
}

/// A value in a sentence: free text in brackets.
pub(super) fn in_words(item: &Item, value: &str) -> String {
    let shown = shown::value(&item.form, value);
    if item.form == Form::Text { quoted(&shown) } else { bare(&shown) }
}

fn bare(text: &str) -> String {
    if text.is_empty() { "空欄".to_owned() } else { format!(" {text} ") }
}
