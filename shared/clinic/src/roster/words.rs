//! Words that stand for one of a few values.

use japan::fold_name;
use serde::{Deserialize, Serialize};

/// Sex as the clinic's register has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// `Some(None)` for words that say it is not known; `None` for any other word.
pub(super) fn sex(text: &str) -> Option<Option<Sex>> {
    match fold_name(text).as_str() {
        "男" | "男性" | "男子" | "オトコ" | "m" | "male" | "1" | "♂" | "1:男" | "1男" => {
            Some(Some(Sex::Male))
        }
        "女" | "女性" | "女子" | "オンナ" | "f" | "female" | "2" | "♀" | "2:女" | "2女" => {
            Some(Some(Sex::Female))
        }
        "0" | "9" | "不明" | "ソノ他" | "-" => Some(None),
        _ => None,
    }
}

/// Whether a word of consent says yes.
pub(super) fn consent(text: &str) -> Option<bool> {
    match fold_name(text).as_str() {
        "同意スル" | "同意" | "同意アリ" | "同意有" | "同意済" | "同意済ミ" | "アリ" | "有" | "有リ" | "可" | "○"
        | "〇" | "◯" | "◎" | "1" | "ハイ" | "スル" | "希望スル" | "許可" | "y" | "yes" | "true" | "ok" => {
            Some(true)
        }
        "同意シナイ" | "不同意" | "非同意" | "同意ナシ" | "同意無" | "ナシ" | "無" | "無シ" | "不可" | "×" | "✕"
        | "✖" | "x" | "0" | "イイエ" | "シナイ" | "希望シナイ" | "拒否" | "撤回" | "n" | "no" | "false" | "ng" => {
            Some(false)
        }
        _ => None,
    }
}

/// Whether a contact cell says in words that there is none.
pub(super) fn says_none(text: &str) -> bool {
    matches!(fold_name(text).trim_matches('-'), "" | "ナシ" | "無シ" | "無" | "不明" | "未登録" | "未入力")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_told_by_words_alone() {
        for yes in ["同意する", "あり", "可", "○", "◯", "〇", "1", "１", "はい", "有", "ｱﾘ"] {
            assert_eq!(consent(yes), Some(true), "{yes}");
        }
        for no in ["同意しない", "なし", "不可", "×", "0", "０", "いいえ", "拒否", "✕", "Ｘ"] {
            assert_eq!(consent(no), Some(false), "{no}");
        }
        for other in ["", "？", "検討中", "同意する?", "2"] {
            assert_eq!(consent(other), None, "{other}");
        }
    }

    #[test]
    fn sex_is_told_by_words_and_digits() {
        for (word, expected) in [
            ("男", Some(Some(Sex::Male))),
            ("Ｆ", Some(Some(Sex::Female))),
            ("２", Some(Some(Sex::Female))),
            ("不明", Some(None)),
            ("3", None),
        ] {
            assert_eq!(sex(word), expected, "{word}");
        }
    }
}
