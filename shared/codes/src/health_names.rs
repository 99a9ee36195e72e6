use std::collections::{BTreeSet, HashSet};

use japan::fold_name;

use crate::{Codes, Kind};

/// Names of diseases and drugs as people write them, to be looked for in what others may read.
pub struct HealthNames(HashSet<String>);

/// Characters of the longest name that is looked for.
const LONGEST_CHARS: usize = 60;
/// Characters of the shortest beginning of a name that tells something by itself.
const STEM_MIN_CHARS: usize = 3;

/// What follows the name of a drug in the master: its form, before strength and maker.
const FORMS: [&str; 21] = [
    "OD",
    "カプセル",
    "クリーム",
    "ゲル",
    "シロップ",
    "テープ",
    "ドライ",
    "パップ",
    "ローション",
    "「",
    "配合",
    "錠",
    "散",
    "細粒",
    "顆粒",
    "軟膏",
    "注",
    "点眼",
    "点鼻",
    "吸入",
    "坐剤",
];

impl HealthNames {
    /// The names that the masters know: diseases also without the 症 at their end, drugs without form, strength
    /// and maker.
    pub fn of(codes: &Codes) -> Self {
        let forms = FORMS.map(fold_name);
        let diseases = codes.names(Kind::Disease).map(fold_name).filter(|it| !it.contains('*'));
        let diseases = diseases.flat_map(|name| {
            let stem = name.strip_suffix('症').filter(|it| is_stem(it)).map(ToOwned::to_owned);
            [Some(name), stem].into_iter().flatten()
        });
        let drugs = codes.names(Kind::Drug).map(fold_name).map(|name| match name_of_drug(&name, &forms) {
            stem if is_stem(stem) => stem.to_owned(),
            _ => name,
        });
        Self(diseases.chain(drugs).filter(|it| it.chars().nth(1).is_some()).collect())
    }

    /// Which of the names stand in `text`, folded.
    pub fn found_in(&self, text: &str) -> BTreeSet<String> {
        let text = fold_name(text);
        let starts: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
        let pieces = starts.iter().enumerate().flat_map(|(at, start)| {
            let ends = starts.iter().skip(at + 2).take(LONGEST_CHARS - 1);
            ends.map(|end| &text[*start..*end])
        });
        pieces.filter(|it| self.0.contains(*it)).map(ToOwned::to_owned).collect()
    }
}

fn is_stem(text: &str) -> bool {
    text.chars().count() >= STEM_MIN_CHARS
}

/// What of the folded `name` stands before form, strength and maker, and behind `【般】`.
fn name_of_drug<'a>(name: &'a str, forms: &[String]) -> &'a str {
    let name = name.rsplit('】').next().unwrap_or(name);
    let form = forms.iter().filter_map(|it| name.find(it.as_str())).min();
    let strength = name.find(|it: char| it.is_ascii_digit());
    let end = form.into_iter().chain(strength).min().unwrap_or(name.len());
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = HealthNames::of(&Codes::excerpt()).found_in(text);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn diseases_and_drugs_are_found_as_people_write_them() {
        check("糖尿病の診察のご案内", &["糖尿病"]);
        check("高血圧のお薬がなくなる頃です", &["高血圧"]);
        check("ﾒﾄｸﾞﾙｺについて", &["メトグルコ"]);
        check("メトグルコ錠２５０ｍｇについて", &["メトグルコ"]);
    }

    #[test]
    fn what_tells_nothing_of_health_is_not_found() {
        check("定期受診のご案内です。ご予約ください。", &[]);
        check("", &[]);
        check("花", &[]);
    }
}
