//! Cells that a spreadsheet would run as formulas: written with a leading apostrophe, read without.

/// Whether a spreadsheet could take `text` for a formula. Text that begins with apostrophes counts
/// too, so that taking one off always gives back what was written.
pub(super) fn needs_guard(text: &str) -> bool {
    text.trim_start_matches([' ', '\u{3000}', '\''])
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−', '\t', '\r', '\n', '\0'])
}

/// `text` without the apostrophe that guards it.
pub(super) fn without_guard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(text) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_guarded() {
        for text in ["=1+1", "+819011112222", "-5", "@x", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", "　=1", "''=1"]
        {
            assert!(needs_guard(text), "{text:?}");
        }
        for text in ["", "検証 一郎", "03-1111-2222", "'", "a=b"] {
            assert!(!needs_guard(text), "{text:?}");
        }
    }
}
