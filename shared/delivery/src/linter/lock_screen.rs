use japan::fold_name;

use super::{LintCode, LintRules, Lints};
use crate::{Channel, Part, Position, Rendered};

/// Characters of 本文 that a lock screen shows.
const SHOWN_CHARS: usize = 40;

/// Characters that the longest name is written with.
const LONGEST_CHARS: usize = 60;

/// Looks for diseases and drugs where whoever lies beside the phone can read them. The clinic's own name may
/// hold one: it must be shown.
pub(super) fn check(channel: Channel, message: &Rendered, rules: &LintRules, lints: &mut Lints) {
    let sensitive: Vec<String> = rules.sensitive.iter().map(|it| fold_name(it)).filter(|it| !it.is_empty()).collect();
    let subject = message.subject_on(channel).unwrap_or_default();
    for (part, text, n_shown) in [(Part::Subject, subject, usize::MAX), (Part::Body, &*message.body, SHOWN_CHARS)] {
        // The beginning of a name says as much as the whole: what begins where it is shown counts.
        let n_looked_at = n_shown.saturating_add(LONGEST_CHARS);
        let begins: Vec<char> = without_name(text, &rules.clinic_name).chars().take(n_looked_at).collect();
        let found = sensitive.iter().filter_map(|it| first_match(&begins, it)).filter(|it| *it < n_shown).min();
        if let Some(index) = found {
            let at = text.char_indices().nth(index).map_or(0, |it| it.0);
            lints.push(LintCode::SensitiveOnLockScreen, Some(Position::at(part, text, at)));
        }
    }
}

/// `text` with as many other characters in the place of `name`.
fn without_name(text: &str, name: &str) -> String {
    if name.is_empty() {
        return text.to_owned();
    }
    text.replace(name, &"□".repeat(name.chars().count()))
}

/// The character at which `folded` begins in `text`. Folding joins characters (ｶﾞ to ガ), so the place is
/// found by folding shorter and shorter pieces, and only once the whole is known to hold it.
fn first_match(text: &[char], folded: &str) -> Option<usize> {
    let holds = |piece: &[char]| fold_name(&piece.iter().collect::<String>()).contains(folded);
    if !holds(text) {
        return None;
    }
    let end = (0..=text.len()).find(|end| holds(&text[..*end]))?;
    (0..end).rev().find(|start| holds(&text[*start..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<usize>) {
        let text: Vec<char> = without_name(text, "糖尿病クリニック").chars().collect();
        let found = ["糖尿病", "グリベック"].iter().filter_map(|it| first_match(&text, &fold_name(it))).min();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_is_found_in_any_width_but_not_inside_the_clinics_own() {
        check("次の糖尿病の診察", Some(2));
        check("糖 尿\n病", Some(0));
        check("お薬ｸﾞﾘﾍﾞｯｸ錠", Some(2));
        check("ぐりべっく", Some(0));
        check("糖尿病クリニックです", None);
        check("糖尿病クリニックの糖尿病教室", Some(9));
        check("尿糖病", None);
    }
}
