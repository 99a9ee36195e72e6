use std::{borrow::Cow, hash::Hasher as _};

use jiff::civil::Date;
use receipt::{Encoding, Receipt, Sex};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::{facts::PersonFacts, identity::count_persons, normalise_chart_number};

/// Counts the patients of a stream of receipts by the rules of the fold, as [`crate::count_patients`] does of
/// a month object.
///
/// It keeps each way of writing a person once, about a hundred bytes, and nothing of the receipts.
#[derive(Debug, Default)]
pub struct PersonCounter {
    /// Of each writing the normalised chart number in UTF-8, then name and kana as the file has them: only
    /// who may be one patient with others is decoded.
    texts: Vec<u8>,
    writings: Vec<Writing>,
    /// The newest writing with a hash; [`Writing::same_hash`] leads to the others.
    by_hash: FxHashMap<u64, u32>,
}

/// One way of writing a person: where its texts stand, and the rest.
#[derive(Debug, Clone, Copy)]
struct Writing {
    start: usize,
    name: u32,
    kana: u32,
    end: u32,
    same_hash: u32,
    encoding: Encoding,
    birth_date: Option<Date>,
    sex: Option<Sex>,
}

/// No further writing has the hash.
const NONE: u32 = u32::MAX;

impl PersonCounter {
    /// Takes in a receipt.
    pub fn add(&mut self, receipt: &Receipt) {
        let chart_number = receipt.text(receipt.chart_number);
        let chart_number = normalise_chart_number(&chart_number).unwrap_or_default();
        let texts = [chart_number.as_bytes(), receipt.written(receipt.name), receipt.written(receipt.kana)];
        let (encoding, birth_date, sex) = (receipt.encoding(), receipt.birth_date, receipt.sex);
        let hash = hash((texts, birth_date, sex));
        let first = self.by_hash.get(&hash).copied().unwrap_or(NONE);
        let mut next = first;
        while let Some(writing) = self.writings.get(next as usize) {
            if self.texts_of(writing) == texts
                && (writing.encoding, writing.birth_date, writing.sex) == (encoding, birth_date, sex)
            {
                return;
            }
            next = writing.same_hash;
        }
        let start = self.texts.len();
        let [name, kana, end] = [1, 2, 3].map(|n_texts| texts[..n_texts].iter().map(|it| it.len() as u32).sum());
        texts.iter().for_each(|it| self.texts.extend_from_slice(it));
        self.by_hash.insert(hash, self.writings.len() as u32);
        self.writings.push(Writing { start, name, kana, end, same_hash: first, encoding, birth_date, sex });
    }

    /// Forgets all receipts. The room for them is kept.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.writings.clear();
        self.by_hash.clear();
    }

    /// How many patients the receipts are of.
    pub fn count(&self) -> usize {
        // Only these can be one patient with others: who shares a chart number, who has none, and who
        // was born on the same day as somebody who has none.
        let mut charts: Vec<u64> = self.writings.iter().map(|it| hash(self.chart_number(it))).collect();
        charts.sort_unstable();
        let shared: FxHashSet<u64> = charts.windows(2).filter(|it| it[0] == it[1]).map(|it| it[0]).collect();
        let uncharted = self.writings.iter().filter(|it| it.name == 0);
        let births: FxHashSet<(Option<Date>, Option<Sex>)> = uncharted.map(|it| (it.birth_date, it.sex)).collect();
        let is_joinable = |it: &&Writing| {
            it.name == 0 || shared.contains(&hash(self.chart_number(it))) || births.contains(&(it.birth_date, it.sex))
        };
        let joinable: Vec<PersonFacts<'_>> =
            self.writings.iter().filter(is_joinable).map(|it| self.person(it)).collect();
        self.writings.len() - joinable.len() + count_persons(&joinable)
    }

    fn texts_of(&self, writing: &Writing) -> [&[u8]; 3] {
        let texts = &self.texts[writing.start..writing.start + writing.end as usize];
        let (name, kana) = (writing.name as usize, writing.kana as usize);
        [&texts[..name], &texts[name..kana], &texts[kana..]]
    }

    fn chart_number(&self, writing: &Writing) -> &[u8] {
        self.texts_of(writing)[0]
    }

    fn person(&self, writing: &Writing) -> PersonFacts<'_> {
        let [chart_number, name, kana] = self.texts_of(writing);
        let (name, kana) = (writing.encoding.decode(name), writing.encoding.decode(kana));
        let chart_number = Cow::Borrowed(std::str::from_utf8(chart_number).unwrap_or_default());
        PersonFacts::new(chart_number, name, kana, writing.birth_date, writing.sex)
    }
}

fn hash(value: impl std::hash::Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use receipt::{Item, Reader};

    use super::*;
    use crate::{FilePart, count_patients, read_file};

    /// Counts the patients of receipts given as chart number, name, kana, birth date and sex, in both
    /// ways.
    #[track_caller]
    fn check(persons: &[&str], expected: usize) {
        let mut text = String::from("IR,1,13,1,1312345,,,202607,00,,\r\n");
        for (number, person) in (1..).zip(persons) {
            let [chart, name, kana, birth, sex] = person.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let (blanks, more) = (",".repeat(7), ",".repeat(23));
            text += &format!("RE,{number},1112,202606,{name},{sex},{birth}{blanks}{chart}{more}{kana},\r\n");
            text += "HO,06132013,,1,1,0,,,,,,,,,\r\n";
        }
        text += &format!("GO,{},0,99\r\n", persons.len());
        let mut counter = PersonCounter::default();
        let mut reader = Reader::new(text.as_bytes(), Encoding::Utf8);
        while let Some(item) = reader.read_next().unwrap() {
            if let Item::Receipt(receipt) = item {
                counter.add(receipt);
            }
        }
        assert_eq!(counter.count(), expected);
        let [FilePart::Read { facts: Some(facts), .. }] = &read_file(text.as_bytes())[..] else { panic!("refused") };
        assert_eq!(count_patients(facts), expected);
    }

    #[test]
    fn receipts_are_counted_as_the_fold_counts_them() {
        check(&[], 0);
        check(&["1 検証一郎 ケンシヨウイチロウ 19700401 1", "00001 検証一郎 ケンシヨウイチロウ 19700401 1"], 1);
        check(&["1 検証一郎 ケンシヨウイチロウ 19700401 1", "2 検証一郎 ケンシヨウイチロウ 19700401 1"], 2);
        // Without a number: joins the only one alike.
        check(&["1 検証一郎 ケンシヨウイチロウ 19700401 1", " 検証一郎 ケンシヨウイチロウ 19700401 1"], 1);
        check(&["1 検証一郎 ケンシヨウイチロウ 19700401 1", " 検証二郎 ケンシヨウジロウ 19700401 1"], 2);
        check(&[" 検証一郎 ケンシヨウイチロウ 19700401 1", " 検證一郎 ケンシヨウイチロウ 19700401 1"], 1);
        // One number, two people.
        check(&["1 検証一郎 ケンシヨウイチロウ 19700401 1", "1 試験花子 シケンハナコ 19800401 2"], 2);
        check(&["1 検証花子 ケンシヨウハナコ 19800401 2", "1 試験花子 シケンハナコ 19800401 2"], 1);
    }
}
