use std::collections::BTreeSet;

use japan::Month;
use jiff::civil::Date;
use receipt::Sex;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{MonthFacts, PersonKey, facts::PersonFacts, person_key::FoldedName};

/// What staff decided about who is who.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Links {
    /// Pairs of people who are one patient.
    pub merged: Vec<(PersonKey, PersonKey)>,
    /// People who are patients of their own, whatever they have in common with others.
    pub split: Vec<PersonKey>,
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
    let table = &mut WritingTable::default();
    facts.persons.iter().for_each(|it| _ = table.index(it));
    table.count()
}

/// How many patients `persons` are of.
pub(crate) fn count_persons(persons: &[PersonFacts<'_>]) -> usize {
    let table = &mut WritingTable::default();
    persons.iter().for_each(|it| _ = table.index(it));
    table.count()
}

/// Tells who is who (design: 診察券番号) by the receipts that are not of a month after `until`. People with
/// one chart number are one patient, unless both birth date and kana differ. A receipt without a
/// chart number joins the only charted patient with the same kana (or name), birth date and sex;
/// failing that, those who agree in all three are one.
///
/// No two patients have a key in common.
pub(crate) fn identify<'a>(files: &[&'a MonthFacts<'a>], links: &Links, until: Month) -> Identities<'a> {
    let mut table = WritingTable::default();
    let writing_of: Vec<Vec<u32>> = files.iter().map(|file| table.index_until(file, until)).collect();
    let split = table.split(links);
    let mut groups = table.join(links, &split);
    let shared = table.shared_charts(&mut groups, &split);

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
    let patient_of_index = |it: &u32| patient_of_writing.get(*it as usize).copied().unwrap_or(NOBODY);
    let patient_of = writing_of.iter().map(|file| file.iter().map(patient_of_index).collect()).collect();
    Identities { patient_of, patients }
}

/// Stands for a person none of whose receipts takes part.
const NOBODY: u32 = u32::MAX;

/// Every distinct way in which the files write a person.
#[derive(Default)]
struct WritingTable<'a> {
    writings: Vec<Writing<'a>>,
    by_chart: FxHashMap<&'a str, Vec<u32>>,
    uncharted: FxHashMap<&'a PersonFacts<'a>, u32>,
}

impl<'a> WritingTable<'a> {
    /// The writings of a file's persons; [`NOBODY`] for those who only have receipts after `until`.
    fn index_until(&mut self, file: &'a MonthFacts<'a>, until: Month) -> Vec<u32> {
        let mut takes_part = vec![false; file.persons.len()];
        for receipt in file.receipts.iter().filter(|it| it.packed_month() <= until.packed()) {
            takes_part[receipt.person as usize] = true;
        }
        let persons = file.persons.iter().zip(takes_part);
        persons.map(|(person, takes_part)| if takes_part { self.index(person) } else { NOBODY }).collect()
    }

    fn count(&mut self) -> usize {
        let split = vec![false; self.writings.len()];
        self.join(&Links::default(), &split).numbered().1
    }

    /// The writings that are one patient.
    fn join(&mut self, links: &Links, split: &[bool]) -> Groups {
        let mut groups = Groups::new(self.writings.len());
        let by_key = self.join_by_key(&mut groups);
        self.join_by_chart(&mut groups, split);
        self.join_uncharted(&mut groups, split);
        for (one, other) in &links.merged {
            if let (Some(one), Some(other)) = (by_key.get(one), by_key.get(other)) {
                groups.join(*one, *other);
            }
        }
        groups
    }

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

    /// Joins the writings with one key, which are one patient even when it is split from others.
    fn join_by_key(&mut self, groups: &mut Groups) -> FxHashMap<PersonKey, u32> {
        let mut by_key = FxHashMap::default();
        for index in 0..self.writings.len() {
            let first = *by_key.entry(self.key(index)).or_insert(index as u32);
            groups.join(first, index as u32);
        }
        by_key
    }

    /// Joins the writings of each chart number.
    fn join_by_chart(&mut self, groups: &mut Groups, split: &[bool]) {
        for writings in self.charts_of_many() {
            for (at, one) in writings.iter().enumerate() {
                for other in &writings[at + 1..] {
                    let is_split = split[*one as usize] || split[*other as usize];
                    if !is_split && !self.is_somebody_else(*one, *other) {
                        groups.join(*one, *other);
                    }
                }
            }
        }
    }

    /// Which writings share their chart number with another patient, whom staff did not split from
    /// them.
    fn shared_charts(&self, groups: &mut Groups, split: &[bool]) -> Vec<bool> {
        let mut shared = vec![false; self.writings.len()];
        for mut writings in self.charts_of_many() {
            writings.retain(|it| !split[*it as usize]);
            if writings.iter().any(|it| groups.root(*it) != groups.root(writings[0])) {
                writings.iter().for_each(|it| shared[*it as usize] = true);
            }
        }
        shared
    }

    /// The writings of each chart number that has several.
    fn charts_of_many(&self) -> Vec<Vec<u32>> {
        self.by_chart.values().filter(|it| it.len() > 1).cloned().collect()
    }

    /// Both birth date and kana (or name) differ.
    fn is_somebody_else(&mut self, one: u32, other: u32) -> bool {
        let births = (self.birth(one), self.birth(other));
        let differs_in_birth = matches!(births, (Some(one), Some(other)) if one != other);
        differs_in_birth && !self.is_same_name(one, other)
    }

    fn birth(&self, index: u32) -> Option<Date> {
        self.writings[index as usize].person.birth_date()
    }

    /// Joins the writings without a chart number: to the only charted patient they can be, else to
    /// each other.
    fn join_uncharted(&mut self, groups: &mut Groups, split: &[bool]) {
        let uncharted: Vec<u32> = self.uncharted.values().copied().filter(|it| !split[*it as usize]).collect();
        let mut by_birth: FxHashMap<(Date, Sex), Vec<u32>> =
            uncharted.iter().filter_map(|it| Some((self.birth_and_sex(*it)?, Vec::new()))).collect();
        if by_birth.is_empty() {
            return;
        }
        for index in (0..self.writings.len() as u32).filter(|it| !split[*it as usize]) {
            if let Some(alike) = self.birth_and_sex(index).and_then(|it| by_birth.get_mut(&it)) {
                alike.push(index);
            }
        }
        for writings in by_birth.values() {
            self.join_uncharted_of(groups, writings);
        }
    }

    /// The same, among writings with one birth date and sex.
    fn join_uncharted_of(&mut self, groups: &mut Groups, writings: &[u32]) {
        let (uncharted, charted): (Vec<u32>, Vec<u32>) =
            writings.iter().partition(|it| self.writings[**it as usize].person.chart_number.is_empty());
        // Whom each can be, before any of them is joined.
        let can_be: Vec<Vec<u32>> = uncharted
            .iter()
            .map(|it| {
                let alike = charted.iter().filter(|other| self.is_same_name(*it, **other));
                let mut patients: Vec<u32> = alike.map(|it| groups.root(*it)).collect();
                patients.sort_unstable();
                patients.dedup();
                patients
            })
            .collect();
        for (at, one) in uncharted.iter().enumerate() {
            if let [only] = can_be[at][..] {
                groups.join(*one, only);
                continue;
            }
            let others: Vec<u32> = (0..uncharted.len())
                .filter(|other| can_be[*other] == can_be[at] && self.is_same_name(*one, uncharted[*other]))
                .map(|other| uncharted[other])
                .collect();
            // A name alone does not tell which of several kana it stands for.
            let kana: BTreeSet<String> = others.iter().filter_map(|it| self.kana(*it)).collect();
            let has_kana = self.kana(*one).is_some();
            for other in others {
                let is_same = match self.kana(other) {
                    Some(_) => has_kana || kana.len() == 1,
                    None => !has_kana,
                };
                if is_same {
                    groups.join(*one, other);
                }
            }
        }
    }

    fn kana(&mut self, index: u32) -> Option<String> {
        self.folded(index).kana
    }

    fn birth_and_sex(&self, index: u32) -> Option<(Date, Sex)> {
        let person = self.writings[index as usize].person;
        Some((person.birth_date()?, person.sex()?))
    }

    fn is_same_name(&mut self, one: u32, other: u32) -> bool {
        one == other || self.folded(one).is_same(&self.folded(other))
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
