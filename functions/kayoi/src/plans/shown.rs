//! How numbers and text of files are shown in a terminal.

/// With a comma before every three digits.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { String::from("-") } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with a sign before what is above zero too.
pub(super) fn signed(number: String) -> String {
    let is_zero = number.chars().all(|it| matches!(it, '0' | '.'));
    if is_zero || number.starts_with('-') { number } else { format!("+{number}") }
}

/// Text that cannot steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{FFFD}' } else { it }).collect()
}
