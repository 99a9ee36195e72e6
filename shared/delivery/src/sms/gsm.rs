/// The basic table of GSM 03.38 without its escape: one unit each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table: an escape and a unit each.
const EXTENSION: &str = "\u{0C}^{}\\[~]|€";

/// Units of 7 bits that `character` takes; `None` where the alphabet lacks it.
pub(super) fn gsm_units(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        Some(1)
    } else if EXTENSION.contains(character) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_complete() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        assert_eq!([gsm_units('a'), gsm_units('€'), gsm_units('`'), gsm_units('ç')], [Some(1), Some(2), None, None]);
    }
}
