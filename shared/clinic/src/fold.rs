use japan::Month;
use jiff::civil::Date;
use receipt::ReceiptType;

use crate::{
    Finding, FindingCode, Insurance, Links, MonthFacts, Patient, PersonKey, SlotKind, Source, Visits,
    facts::{DiseaseFacts, DrugFacts, ProcedureFacts, ReceiptFacts},
    identity::{Identified, Identities, identify},
    medication::Medication,
    rosters::Rosters,
    supersede::{Claim, Remaining, SearchNumbers, supersede},
    visits::days_until,
};

/// A part that is current in its slot.
#[derive(Debug, Clone, Copy)]
pub struct CurrentFile<'a> {
    /// What people call the file: its path or the name it was uploaded under.
    pub file: &'a str,
    /// The number of the upload: what is newer.
    pub upload: u64,
    /// The slot's kind, which the uploader may have stated.
    pub kind: SlotKind,
    /// The month object.
    pub facts: &'a MonthFacts<'a>,
}

impl CurrentFile<'_> {
    /// What is newer: by claim month, then upload.
    pub(crate) fn order(&self) -> (Month, u64) {
        (self.facts.claim_month, self.upload)
    }
}

/// A clinic's patients as its current files show them on a day.
#[derive(Debug)]
pub struct Folded<'a> {
    /// The day nothing later than takes part.
    pub as_of: Date,
    /// The files that took part, each once, the newest last.
    pub files: Vec<CurrentFile<'a>>,
    /// In the order the files name them first.
    pub patients: Vec<Patient<'a>>,
    /// What staff should look at.
    pub findings: Vec<Finding>,
    pub(crate) medication: Medication,
    pub(crate) rosters: &'a Rosters,
    rows: Vec<FirstRows>,
}

/// For each receipt of a file the index of its first row in each list.
type FirstRows = Vec<[u32; 3]>;

/// Folds the current files of a clinic, what its rosters add and what staff decided into patients, on
/// `as_of`. The order of `files`, repeated ones and the split of receipts into files make no
/// difference to the patients; only where one claim month holds two claims made again of the same
/// treatment does the upload say which is newer.
pub fn fold<'a>(files: &[CurrentFile<'a>], rosters: &'a Rosters, links: &Links, as_of: Date) -> Folded<'a> {
    let files = in_order(files);
    let facts: Vec<&'a MonthFacts<'a>> = files.iter().map(|it| it.facts).collect();
    let identities = identify(&facts, links, Month::of(as_of));
    let claims = claims_by_patient(&files, &identities, Month::of(as_of));
    let search_numbers = SearchNumbers::new(&files, Month::of(as_of));

    let rows = facts.iter().map(|it| first_rows(it)).collect();
    let mut folded = Folded {
        as_of,
        medication: medication(&files, Month::of(as_of)),
        files,
        patients: Vec::with_capacity(identities.patients.len()),
        findings: Vec::new(),
        rosters,
        rows,
    };
    for (identified, claims) in identities.patients.into_iter().zip(claims) {
        let remaining = supersede(&folded.files, &claims, &search_numbers);
        if !remaining.sources.is_empty() {
            folded.add_patient(identified, remaining);
        }
    }
    folded.add_roster_patients();
    folded
}

/// The files by claim month, then upload; a file that is given twice comes once.
fn in_order<'a>(files: &[CurrentFile<'a>]) -> Vec<CurrentFile<'a>> {
    let content = |it: &CurrentFile<'a>| (it.kind, it.facts.raw_sha256, it.facts.part);
    let mut files = files.to_vec();
    files.sort_by(|one, other| {
        let order = |it: &CurrentFile<'a>| (content(it), std::cmp::Reverse(it.upload));
        order(one).cmp(&order(other)).then_with(|| one.file.cmp(other.file))
    });
    files.dedup_by_key(|it| content(it));
    files.sort_by_key(|it| (it.facts.claim_month, it.upload, it.kind, it.facts.raw_sha256, it.facts.part));
    files
}

fn first_rows(facts: &MonthFacts<'_>) -> FirstRows {
    let mut next = [0_u32; 3];
    facts
        .receipts
        .iter()
        .map(|receipt| {
            let first = next;
            next[0] += u32::from(receipt.n_diseases);
            next[1] += u32::from(receipt.n_procedures);
            next[2] += u32::from(receipt.n_drugs);
            first
        })
        .collect()
}

/// The claims of each patient whose month of treatment is not after `until`.
fn claims_by_patient(files: &[CurrentFile<'_>], identities: &Identities<'_>, until: Month) -> Vec<Vec<Claim>> {
    let mut claims: Vec<Vec<Claim>> = vec![Vec::new(); identities.patients.len()];
    for (index, file) in files.iter().enumerate() {
        for (receipt_index, receipt) in file.facts.receipts.iter().enumerate() {
            if receipt.packed_month() <= until.packed() {
                let patient = identities.patient_of[index][receipt.person as usize];
                claims[patient as usize].push(Claim { file: index as u32, receipt: receipt_index as u32 });
            }
        }
    }
    claims
}

fn medication(files: &[CurrentFile<'_>], until: Month) -> Medication {
    let mut medication = Medication::default();
    for file in files {
        for receipt in &file.facts.receipts {
            if receipt.packed_month() > until.packed() {
                continue;
            }
            if file.kind == SlotKind::Inspection {
                medication.inspected.insert(receipt.month());
            }
            if receipt.is_prescribed_outside {
                medication.prescribed_outside.insert(receipt.month());
            }
        }
    }
    medication
}

impl<'a> Folded<'a> {
    pub(crate) fn receipt(&self, source: Source) -> &'a ReceiptFacts {
        &self.files[source.file as usize].facts.receipts[source.receipt as usize]
    }

    pub(crate) fn file(&self, source: Source) -> &CurrentFile<'a> {
        &self.files[source.file as usize]
    }

    pub(crate) fn diseases(&self, source: Source) -> &'a [DiseaseFacts] {
        let first = self.rows[source.file as usize][source.receipt as usize][0] as usize;
        &self.file(source).facts.diseases[first..first + usize::from(self.receipt(source).n_diseases)]
    }

    pub(crate) fn procedures(&self, source: Source) -> &'a [ProcedureFacts] {
        let first = self.rows[source.file as usize][source.receipt as usize][1] as usize;
        &self.file(source).facts.procedures[first..first + usize::from(self.receipt(source).n_procedures)]
    }

    pub(crate) fn drugs(&self, source: Source) -> &'a [DrugFacts] {
        let first = self.rows[source.file as usize][source.receipt as usize][2] as usize;
        &self.file(source).facts.drugs[first..first + usize::from(self.receipt(source).n_drugs)]
    }

    fn add_patient(&mut self, identified: Identified<'a>, remaining: Remaining) {
        let index = self.patients.len() as u32;
        for claim in remaining.counted_twice {
            let file = &self.files[claim.file as usize];
            self.findings.push(Finding {
                code: FindingCode::CountedTwice,
                patient: index,
                file: Some(file.file.to_owned()),
                line: Some(file.facts.receipts[claim.receipt as usize].line),
            });
        }
        let mut sources = remaining.sources;
        self.sort_newest_first(&mut sources);
        let mut visits = self.visits(&sources);
        let charts = charts(&identified);
        self.add_appointments(&charts, &mut visits);
        visits.keep_until(self.as_of);
        let died = self.death(&sources, &visits, index);
        if identified.is_chart_shared {
            let code = FindingCode::ChartShared;
            self.findings.push(Finding { code, patient: index, file: None, line: None });
        }
        let patient = self.describe(identified, charts, sources, visits, died);
        self.patients.push(patient);
    }

    /// By month of treatment, then latest visit, then 国保 before 社保, then line.
    fn sort_newest_first(&self, sources: &mut [Source]) {
        sources.sort_by_cached_key(|source| {
            let receipt = self.receipt(*source);
            let file = self.file(*source);
            let month = receipt.packed_month();
            let days = days_until(receipt.visited, month, self.as_of);
            (
                std::cmp::Reverse((month, days.checked_ilog2(), file.facts.payer)),
                receipt.line,
                std::cmp::Reverse(source.file),
            )
        });
    }

    fn visits(&self, sources: &[Source]) -> Visits {
        let mut visits = Visits::default();
        for source in sources.iter().filter(|it| it.counts) {
            let receipt = self.receipt(*source);
            visits.add_receipt(receipt.month(), receipt.visited, receipt.is_visit_assumed);
        }
        visits
    }

    fn add_appointments(&self, charts: &[&str], visits: &mut Visits) {
        for date in charts.iter().filter_map(|it| self.rosters.attended.get(*it)).flatten() {
            visits.add_appointment(*date);
        }
    }

    /// The month of a death that no later month's visit contradicts.
    fn death(&mut self, sources: &[Source], visits: &Visits, patient: u32) -> Option<Month> {
        let deaths = sources.iter().filter(|it| it.counts && self.receipt(**it).is_death);
        let (month, source) = deaths.map(|it| (self.receipt(*it).month(), *it)).max_by_key(|it| it.0)?;
        if visits.last_month().is_none_or(|it| it <= month) {
            return Some(month);
        }
        self.findings.push(Finding {
            code: FindingCode::VisitAfterDeath,
            patient,
            file: Some(self.file(source).file.to_owned()),
            line: Some(self.receipt(source).line),
        });
        None
    }

    fn describe(
        &self,
        identified: Identified<'a>,
        charts: Vec<&'a str>,
        sources: Vec<Source>,
        visits: Visits,
        died: Option<Month>,
    ) -> Patient<'a> {
        let persons: Vec<_> = sources
            .iter()
            .filter(|it| it.counts)
            .map(|it| {
                let file = &self.files[it.file as usize];
                (&file.facts.persons[file.facts.receipts[it.receipt as usize].person as usize], *it)
            })
            .collect();
        let newest = persons.first().map(|(person, _)| *person);
        let chart_number = persons
            .iter()
            .map(|(person, _)| &*person.chart_number)
            .chain(charts.iter().copied())
            .find(|it| !it.is_empty());
        let insurance = persons
            .first()
            .and_then(|(_, source)| Insurance::of(self.receipt(*source), self.file(*source).facts.payer));
        Patient {
            chart_number,
            name: newest.map_or("", |it| &*it.name),
            kana: newest.map_or("", |it| &*it.kana),
            birth_date: persons.iter().find_map(|(it, _)| it.birth_date()),
            sex: persons.iter().find_map(|(it, _)| it.sex()),
            insurance,
            visits,
            died,
            is_chart_shared: identified.is_chart_shared,
            keys: identified.keys,
            sources,
            charts,
        }
    }

    /// Adds the people who only stand on a roster.
    fn add_roster_patients(&mut self) {
        let rosters = self.rosters;
        let known: rustc_hash::FxHashSet<&str> =
            self.patients.iter().flat_map(|it| it.charts.iter().copied()).collect();
        for (chart_number, person) in &rosters.people {
            if known.contains(chart_number.as_str()) {
                continue;
            }
            let charts = vec![chart_number.as_str()];
            let mut visits = Visits::default();
            self.add_appointments(&charts, &mut visits);
            visits.keep_until(self.as_of);
            self.patients.push(Patient {
                keys: vec![PersonKey::of_roster(chart_number)],
                chart_number: Some(chart_number),
                name: &person.name,
                kana: &person.kana,
                birth_date: person.birth_date,
                sex: person.sex,
                insurance: None,
                visits,
                died: None,
                is_chart_shared: false,
                sources: Vec::new(),
                charts,
            });
        }
    }

    /// What kind of receipt a source is.
    pub fn receipt_type(&self, source: Source) -> Option<ReceiptType> {
        self.receipt(source).receipt_type()
    }
}

/// Every chart number of a patient, each once.
fn charts<'a>(identified: &Identified<'a>) -> Vec<&'a str> {
    let mut charts: Vec<&'a str> =
        identified.writings.iter().map(|it| &*it.chart_number).filter(|it| !it.is_empty()).collect();
    charts.dedup();
    charts
}
