use japan::fold_name;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{MonthFacts, facts::PersonFacts};

/// What a person is known by: chart number, kana or name, birth date and sex, folded.
///
/// It stays the same as long as the files say the same of the person, and is what patient ids are
/// given by (through an HMAC, for it holds a name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(String);

impl PersonKey {
    /// The key as text; it holds a patient's data.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn full(person: &PersonFacts<'_>, folded: &FoldedName) -> Self {
        let name = folded.kana.as_deref().unwrap_or(&folded.name);
        Self(format!("{}|{name}|{}", person.chart_number, Self::birth_and_sex(person)))
    }

    /// By chart number alone, or where there is none by name, birth date and sex: enough to tell
    /// whether two files speak of the same people.
    pub(crate) fn coarse(person: &PersonFacts<'_>) -> Self {
        if person.chart_number.is_empty() {
            Self::full(person, &FoldedName::of(person))
        } else {
            Self(person.chart_number.to_string())
        }
    }

    /// The key of a person who only stands on a roster.
    pub(crate) fn of_roster(chart_number: &str) -> Self {
        Self(format!("{chart_number}||"))
    }

    fn birth_and_sex(person: &PersonFacts<'_>) -> String {
        let birth = person.birth_date().map_or_else(String::new, |it| it.to_string());
        format!("{birth}|{}", person.sex().map_or("", |it| if it == receipt::Sex::Male { "1" } else { "2" }))
    }
}

/// What staff decided about who is who.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Links {
    /// Pairs of people who are one patient.
    pub merged: Vec<(PersonKey, PersonKey)>,
    /// People who are patients of their own, whatever they have in common with others.
    pub split: Vec<PersonKey>,
}

/// A name folded for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FoldedName {
    name: String,
    /// From RE column 37, or the name itself where it is written in kana alone.
    kana: Option<String>,
}

impl FoldedName {
    fn of(person: &PersonFacts<'_>) -> Self {
        let name = fold_name(&person.name);
        let kana = fold_name(&person.kana);
        let is_kana = |text: &str| !text.is_empty() && text.chars().all(|it| matches!(it, 'ァ'..='ヺ' | '-' | '・'));
        let kana = if kana.is_empty() { name.clone() } else { kana };
        Self { kana: is_kana(&kana).then_some(kana), name }
    }

    /// Compares the kana where both have it, else the names.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.kana, &other.kana) {
            (Some(one), Some(other)) => one == other,
            _ => self.name == other.name,
        }
    }
}

/// One way in which the files write one person.
pub(crate) struct Writing<'a> {
    pub(crate) person: &'a PersonFacts<'a>,
    folded: Option<FoldedName>,
}

/// Who is who over all files: for each file and person the number of the patient.
pub(crate) struct Identities<'a> {
    /// For each file, for each of its persons, the index of the patient.
    pub(crate) patient_of: Vec<Vec<u32>>,
    pub(crate) patients: Vec<Identified<'a>>,
}

/// A patient as identified: all ways in which the files write the person.
pub(crate) struct Identified<'a> {
    pub(crate) writings: Vec<&'a PersonFacts<'a>>,
    pub(crate) keys: Vec<PersonKey>,
    /// The same chart number stands for somebody with another birth date and another name.
    pub(crate) is_chart_shared: bool,
}

/// How many patients `facts` are of, by the rules of the fold.
pub fn count_patients(facts: &MonthFacts<'_>) -> usize {
    identify(&[facts], &Links::default()).patients.len()
}

/// How many patients `persons`, each given once, are of.
pub(crate) fn count_persons(persons: &[PersonFacts<'_>]) -> usize {
    let mut table = WritingTable::default();
    for person in persons {
        table.index(person);
    }
    let mut groups = Groups::new(table.writings.len());
    let split = vec![false; table.writings.len()];
    table.join_by_chart(&mut groups, &split);
    table.join_uncharted(&mut groups, &split);
    groups.numbered().1
}

/// Tells who is who (design: 診察券番号). People with one chart number are one patient, unless both birth
/// date and kana differ. A receipt without a chart number joins the only charted patient with the
/// same kana (or name), birth date and sex; failing that, those who agree in all three are one.
pub(crate) fn identify<'a>(files: &[&'a MonthFacts<'a>], links: &Links) -> Identities<'a> {
    let mut table = WritingTable::default();
    let writing_of: Vec<Vec<u32>> =
        files.iter().map(|file| file.persons.iter().map(|person| table.index(person)).collect()).collect();

    let mut groups = Groups::new(table.writings.len());
    let split = table.split(links);
    let shared = table.join_by_chart(&mut groups, &split);
    table.join_uncharted(&mut groups, &split);
    table.join_merged(&mut groups, links);

    let (patient_of_writing, n_patients) = groups.numbered();
    let mut patients: Vec<Identified<'a>> = (0..n_patients)
        .map(|_| Identified { writings: Vec::new(), keys: Vec::new(), is_chart_shared: false })
        .collect();
    for (index, patient) in patient_of_writing.iter().enumerate() {
        let patient = &mut patients[*patient as usize];
        patient.writings.push(table.writings[index].person);
        patient.keys.push(table.key(index));
        patient.is_chart_shared |= shared[index];
    }
    for patient in &mut patients {
        patient.keys.sort_unstable();
        patient.keys.dedup();
        patient.writings.sort_unstable();
    }
    let patient_of =
        writing_of.iter().map(|file| file.iter().map(|it| patient_of_writing[*it as usize]).collect()).collect();
    Identities { patient_of, patients }
}

/// Every distinct way in which the files write a person.
#[derive(Default)]
struct WritingTable<'a> {
    writings: Vec<Writing<'a>>,
    by_chart: FxHashMap<&'a str, Vec<u32>>,
    uncharted: FxHashMap<&'a PersonFacts<'a>, u32>,
}

impl<'a> WritingTable<'a> {
    fn index(&mut self, person: &'a PersonFacts<'a>) -> u32 {
        let next = self.writings.len() as u32;
        let found = if person.chart_number.is_empty() {
            *self.uncharted.entry(person).or_insert(next)
        } else {
            let same_chart = self.by_chart.entry(&person.chart_number).or_default();
            match same_chart.iter().find(|it| self.writings[**it as usize].person == person) {
                Some(index) => *index,
                None => {
                    same_chart.push(next);
                    next
                }
            }
        };
        if found == next {
            self.writings.push(Writing { person, folded: None });
        }
        found
    }

    fn folded(&mut self, index: u32) -> FoldedName {
        let writing = &mut self.writings[index as usize];
        writing.folded.get_or_insert_with(|| FoldedName::of(writing.person)).clone()
    }

    fn key(&mut self, index: usize) -> PersonKey {
        let folded = self.folded(index as u32);
        PersonKey::full(self.writings[index].person, &folded)
    }

    /// Which writings staff made patients of their own.
    fn split(&mut self, links: &Links) -> Vec<bool> {
        if links.split.is_empty() {
            return vec![false; self.writings.len()];
        }
        (0..self.writings.len()).map(|it| links.split.contains(&self.key(it))).collect()
    }

    /// Joins the writings of each chart number, and tells which share theirs with somebody else.
    fn join_by_chart(&mut self, groups: &mut Groups, split: &[bool]) -> Vec<bool> {
        let mut shared = vec![false; self.writings.len()];
        let charts: Vec<Vec<u32>> = self.by_chart.values().filter(|it| it.len() > 1).cloned().collect();
        for writings in charts {
            for (at, one) in writings.iter().enumerate() {
                for other in &writings[at + 1..] {
                    let differs = self.is_somebody_else(*one, *other);
                    let is_split = split[*one as usize] || split[*other as usize];
                    if !differs && !is_split {
                        groups.join(*one, *other);
                    }
                }
            }
            let first = groups.root(writings[0]);
            if writings.iter().any(|it| groups.root(*it) != first) {
                for it in writings.iter().filter(|it| !split[**it as usize]) {
                    shared[*it as usize] = true;
                }
            }
        }
        shared
    }

    /// Both birth date and kana (or name) differ.
    fn is_somebody_else(&mut self, one: u32, other: u32) -> bool {
        let births = (self.birth(one), self.birth(other));
        let differs_in_birth = matches!(births, (Some(one), Some(other)) if one != other);
        differs_in_birth && !self.folded(one).is_same(&self.folded(other))
    }

    fn birth(&self, index: u32) -> Option<jiff::civil::Date> {
        self.writings[index as usize].person.birth_date()
    }

    /// Joins the writings without a chart number: to the only charted patient they can be, else to
    /// each other.
    fn join_uncharted(&mut self, groups: &mut Groups, split: &[bool]) {
        let mut uncharted: Vec<u32> = self.uncharted.values().copied().filter(|it| !split[*it as usize]).collect();
        if uncharted.is_empty() {
            return;
        }
        uncharted.sort_unstable();
        let mut by_birth: FxHashMap<_, Vec<u32>> = FxHashMap::default();
        for index in 0..self.writings.len() as u32 {
            let person = self.writings[index as usize].person;
            if let (Some(birth), Some(sex), false) = (person.birth_date(), person.sex(), split[index as usize]) {
                by_birth.entry((birth, sex)).or_default().push(index);
            }
        }
        let mut joins = Vec::new();
        for index in uncharted {
            let person = self.writings[index as usize].person;
            let (Some(birth), Some(sex)) = (person.birth_date(), person.sex()) else { continue };
            let name = self.folded(index);
            let alike: Vec<u32> = by_birth[&(birth, sex)]
                .iter()
                .copied()
                .filter(|it| *it != index && self.folded(*it).is_same(&name))
                .collect();
            let (charted, others): (Vec<u32>, Vec<u32>) =
                alike.into_iter().partition(|it| !self.writings[*it as usize].person.chart_number.is_empty());
            joins.extend(others.into_iter().map(|other| (index, other)));
            let mut roots: Vec<u32> = charted.iter().map(|it| groups.root(*it)).collect();
            roots.sort_unstable();
            roots.dedup();
            if let [only] = roots[..] {
                joins.push((index, only));
            }
        }
        for (one, other) in joins {
            groups.join(one, other);
        }
    }

    fn join_merged(&mut self, groups: &mut Groups, links: &Links) {
        if links.merged.is_empty() {
            return;
        }
        let mut by_key: FxHashMap<PersonKey, u32> = FxHashMap::default();
        for index in 0..self.writings.len() {
            let key = self.key(index);
            by_key.entry(key).or_insert(index as u32);
        }
        for (one, other) in &links.merged {
            if let (Some(one), Some(other)) = (by_key.get(one), by_key.get(other)) {
                groups.join(*one, *other);
            }
        }
    }
}

/// Sets of writings that are one patient (union-find; the smallest index leads).
struct Groups(Vec<u32>);

impl Groups {
    fn new(len: usize) -> Self {
        Self((0..len as u32).collect())
    }

    fn root(&mut self, mut index: u32) -> u32 {
        while self.0[index as usize] != index {
            self.0[index as usize] = self.0[self.0[index as usize] as usize];
            index = self.0[index as usize];
        }
        index
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// For each writing the number of its patient, counted up from 0, and how many there are.
    fn numbered(mut self) -> (Vec<u32>, usize) {
        let mut numbers = vec![u32::MAX; self.0.len()];
        let mut next = 0;
        let numbered = (0..self.0.len() as u32)
            .map(|index| {
                let root = self.root(index) as usize;
                if numbers[root] == u32::MAX {
                    numbers[root] = next;
                    next += 1;
                }
                numbers[root]
            })
            .collect();
        (numbered, next as usize)
    }
}
