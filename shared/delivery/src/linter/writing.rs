use unicode_width::UnicodeWidthStr as _;

use super::{LintCode, Lints};
use crate::{Part, Position};

/// Columns of a 件名 that mail programs show; a full-width character takes two.
const SUBJECT_MAX_COLUMNS: usize = 78;

pub(super) fn check_subject(subject: &str, lints: &mut Lints) {
    if subject.trim().is_empty() {
        lints.push(LintCode::SubjectEmpty, None);
    }
    let mut n_columns = 0;
    for (at, character) in subject.char_indices() {
        n_columns += character.encode_utf8(&mut [0; 4]).width();
        if n_columns > SUBJECT_MAX_COLUMNS {
            lints.push(LintCode::SubjectLong, Some(Position::at(Part::Subject, subject, at)));
            return;
        }
    }
}

/// Finds the first character of each kind that old phones show wrongly or not at all.
pub(super) fn check_characters(part: Part, text: &str, lints: &mut Lints) {
    if let Some(at) = text.find(is_half_width_kana) {
        lints.push(LintCode::HalfWidthKana, Some(Position::at(part, text, at)));
    }
    if let Some(at) = text.find(is_machine_dependent) {
        lints.push(LintCode::MachineDependent, Some(Position::at(part, text, at)));
    }
}

fn is_half_width_kana(character: char) -> bool {
    matches!(character, '\u{FF61}'..='\u{FF9F}')
}

/// The vendors' additions to JIS X 0208 (NEC row 13: ① Ⅲ ㈱ ㍉ №), the carriers' private signs, and what
/// lies beyond 16 bits (emoji, rare kanji).
fn is_machine_dependent(character: char) -> bool {
    matches!(
        character,
        '\u{2116}' | '\u{2121}' | '\u{2160}'..='\u{217F}' | '\u{2460}'..='\u{24FF}' | '\u{2600}'..='\u{2604}'
            | '\u{2607}'..='\u{263F}' | '\u{2641}' | '\u{2643}'..='\u{2669}' | '\u{266B}' | '\u{266C}'
            | '\u{266E}' | '\u{2670}'..='\u{27BF}' | '\u{301D}' | '\u{301F}' | '\u{3220}'..='\u{33FF}'
            | '\u{E000}'..='\u{F8FF}' | '\u{10000}'..
    )
}
