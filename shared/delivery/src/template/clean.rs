use std::borrow::Cow;

/// `text` without the characters that nobody sees and that change how what follows is shown or sent:
/// controls, directions (bidi), zero widths, tag characters. Tabs become spaces; line breaks become `\n`.
///
/// Variation selectors and the joiner of emoji stay: names and pictures need them.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|it| is_hidden(it) || is_break(it)) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            _ if is_break(character) => cleaned.push('\n'),
            '\t' => cleaned.push(' '),
            _ if is_hidden(character) => {}
            _ => cleaned.push(character),
        }
    }
    Cow::Owned(cleaned)
}

/// `text` as [`clean`] leaves it and on one line: a value can end neither a header nor a line.
pub(super) fn clean_line(text: &str) -> String {
    let cleaned = clean(text);
    cleaned.split('\n').map(str::trim).filter(|it| !it.is_empty()).collect::<Vec<&str>>().join(" ")
}

/// Whether `character` steers the direction of text: what it stands in may be shown in another order than
/// it is sent.
pub(super) fn is_bidi(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether `character` is one that [`clean`] takes out.
pub(super) fn is_hidden(character: char) -> bool {
    let is_zero_width = matches!(character, '\u{00AD}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}');
    let is_tag = matches!(character, '\u{E0000}'..='\u{E007F}');
    !is_break(character) && (character.is_control() || is_bidi(character) || is_zero_width || is_tag)
}
