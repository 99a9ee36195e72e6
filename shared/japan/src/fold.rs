use unicode_normalization::UnicodeNormalization as _;

/// `text` folded for matching: NFKC, lower case, hiragana as katakana, the variants of kanji that
/// names are written with as their common form, one kind of dash, runs of white space as one
/// space. The original is kept elsewhere; this is never shown.
pub fn fold(text: &str) -> String {
    if text.bytes().all(|it| it.is_ascii_graphic() && !it.is_ascii_uppercase()) {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkc().flat_map(char::to_lowercase) {
        let character = fold_char(character);
        if !character.is_whitespace() {
            folded.push(character);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// A person's name folded for matching: as [`fold`], and without any space, because claim files
/// write the kana without one.
pub fn fold_name(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|it| it != ' ');
    folded
}

fn fold_char(character: char) -> char {
    match character {
        // Hiragana and katakana lie 0x60 apart.
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | 'ー' => '-',
        '髙' => '高',
        '﨑' | '嵜' => '崎',
        '德' => '徳',
        '濵' | '濱' => '浜',
        '邉' | '邊' => '辺',
        '齋' => '斎',
        '齊' => '斉',
        '澤' => '沢',
        '櫻' => '桜',
        '國' => '国',
        '廣' => '広',
        '嶋' | '嶌' => '島',
        '𠮷' => '吉',
        '冨' => '富',
        '惠' => '恵',
        '眞' => '真',
        '龍' => '竜',
        '瀨' => '瀬',
        '增' => '増',
        '黑' => '黒',
        '靑' => '青',
        '淸' => '清',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected);
    }

    #[test]
    fn widths_and_kana_become_one() {
        check("ｹﾝｼｮｳ ﾊﾅｺ", "ケンショウ ハナコ");
        check("けんしょう　はなこ", "ケンショウ ハナコ");
        check("Ａ－０００４５", "a-00045");
        check("ｹﾝｼｰ", "ケンシ-");
        check("ガ", "ガ");
        check("　 検証  一郎 ", "検証 一郎");
    }

    #[test]
    fn variants_of_kanji_in_names_become_their_common_form() {
        check("髙﨑　德一", "高崎 徳一");
        check("渡邉", "渡辺");
        check("𠮷田", "吉田");
    }

    #[test]
    fn a_name_is_matched_without_spaces() {
        assert_eq!(fold_name("ｹﾝｼｮｳ ﾊﾅｺ"), fold_name("ケンショウハナコ"));
        assert_eq!(fold_name("ゔぁん　ﾃﾞﾝ"), "ヴァンデン");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
