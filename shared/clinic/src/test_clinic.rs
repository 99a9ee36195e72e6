//! Small clinics for tests: receipts become UKE text, files, month objects, patients and lists, by the
//! same way as in production.

use codes::Codes;
use encoding_rs::SHIFT_JIS;
use japan::Month;
use jiff::civil::Date;
use receipt::Payer;

pub(crate) use crate::test_receipt::{TestReceipt, receipt};
use crate::{CurrentFile, FilePart, Folded, Groups, Links, MonthFacts, Rosters, SlotKind, dropouts, fold, read_file};

/// Property tests of so many cases, which leave no file behind: what fails is kept as a test of its own.
pub(crate) fn cases(n_cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases: n_cases, failure_persistence: None, ..Default::default() }
}

/// A claim file of one payer and 請求年月, filed as 提出用 until told otherwise.
#[derive(Debug, Clone)]
pub(crate) struct TestFile {
    pub(crate) name: String,
    pub(crate) payer: Payer,
    pub(crate) claim_month: Month,
    pub(crate) kind: SlotKind,
    pub(crate) upload: u64,
    /// マルチボリューム識別情報 in two digits; files of equal content that are not the same need it.
    pub(crate) volume: u8,
    pub(crate) receipts: Vec<TestReceipt>,
}

/// A file for 社保.
pub(crate) fn shaho(claim_month: &str, receipts: impl IntoIterator<Item = TestReceipt>) -> TestFile {
    file(Payer::Shaho, claim_month, receipts)
}

/// A file for 国保.
pub(crate) fn kokuho(claim_month: &str, receipts: impl IntoIterator<Item = TestReceipt>) -> TestFile {
    file(Payer::Kokuho, claim_month, receipts)
}

fn file(payer: Payer, claim_month: &str, receipts: impl IntoIterator<Item = TestReceipt>) -> TestFile {
    TestFile {
        name: format!("{claim_month}-{payer}.UKE"),
        payer,
        claim_month: claim_month.parse().unwrap(),
        kind: SlotKind::Submission,
        upload: 0,
        volume: 0,
        receipts: receipts.into_iter().collect(),
    }
}

impl TestFile {
    pub(crate) fn inspection(mut self) -> Self {
        self.kind = SlotKind::Inspection;
        self.name = format!("{}-{}-tenken.UKE", self.claim_month, self.payer);
        self
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// The number of the upload; without one the place among the clinic's files.
    pub(crate) fn upload(mut self, upload: u64) -> Self {
        self.upload = upload;
        self
    }

    pub(crate) fn volume(mut self, volume: u8) -> Self {
        self.volume = volume;
        self
    }

    /// The file as UKE.
    pub(crate) fn text(&self) -> String {
        let payer = if self.payer == Payer::Shaho { 1 } else { 2 };
        let (claim_month, volume) = (self.claim_month.packed(), self.volume);
        let mut text = format!("IR,{payer},13,1,9999999,,ダミー内科クリニック,{claim_month},{volume:02},\r\n");
        for (number, receipt) in self.receipts.iter().enumerate() {
            receipt.write(number + 1, &mut text);
        }
        let n_coverages: usize = self.receipts.iter().map(|it| it.coverages.len()).sum();
        let points: i64 = self.receipts.iter().filter_map(|it| it.coverages.first()).map(|it| it.2).sum();
        text + &format!("GO,{n_coverages},{points},99\r\n\x1A")
    }

    /// The month object.
    pub(crate) fn facts(&self) -> MonthFacts<'static> {
        let mut parts = read_file(&SHIFT_JIS.encode(&self.text()).0);
        match parts.pop() {
            Some(FilePart::Read { facts: Some(facts), .. }) if parts.is_empty() => *facts,
            other => panic!("{other:?}\n{}", self.text()),
        }
    }
}

/// A clinic's current files, rosters, and what staff decided.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clinic {
    pub(crate) files: Vec<TestFile>,
    pub(crate) rosters: Rosters,
    pub(crate) links: Links,
}

/// A clinic with these files; those without an upload number are uploaded in this order.
pub(crate) fn clinic(files: impl IntoIterator<Item = TestFile>) -> Clinic {
    let files = files.into_iter().enumerate().map(|(index, mut file)| {
        if file.upload == 0 {
            file.upload = index as u64 + 1;
        }
        file
    });
    Clinic { files: files.collect(), ..Clinic::default() }
}

impl Clinic {
    pub(crate) fn rosters(mut self, rosters: Rosters) -> Self {
        self.rosters = rosters;
        self
    }

    pub(crate) fn links(mut self, links: Links) -> Self {
        self.links = links;
        self
    }

    /// Folds the clinic on `as_of` and lets `look` at the result.
    pub(crate) fn folded<T>(&self, as_of: &str, look: impl FnOnce(&Folded<'_>) -> T) -> T {
        let objects: Vec<Vec<u8>> = self.files.iter().map(|it| it.facts().to_bytes()).collect();
        let facts: Vec<MonthFacts<'_>> = objects.iter().map(|it| MonthFacts::from_bytes(it).unwrap()).collect();
        let current = |(file, facts)| current_file(file, facts);
        let files: Vec<CurrentFile<'_>> = self.files.iter().zip(&facts).map(current).collect();
        look(&fold(&files, &self.rosters, &self.links, as_of.parse().unwrap()))
    }

    /// Every patient on `as_of` in a line, and below them the findings.
    pub(crate) fn patients(&self, as_of: &str) -> String {
        self.folded(as_of, |folded| {
            let patients = (0..folded.patients.len()).map(|it| shown_patient(folded, it));
            let findings = folded.findings.iter().map(|it| {
                let place = it.file.as_ref().map_or_else(String::new, |file| format!(" {file}:{}", it.line.unwrap()));
                format!("{:?} of {}{place}", it.code, folded.patients[it.patient as usize].name)
            });
            patients.chain(findings).collect::<Vec<String>>().join("\n")
        })
    }

    /// The members of the only group, `match` being its condition, as chart numbers; those of whom the
    /// files cannot tell and those excluded are counted.
    pub(crate) fn members(&self, as_of: &str, condition: &str) -> String {
        self.dropouts(as_of, &group_json(condition), |folded, groups, dropouts| {
            let charts = dropouts.members.iter().map(|it| it.listed(folded, groups).chart_number.unwrap_or("-"));
            let mut shown: Vec<String> = charts.map(str::to_owned).collect();
            shown.sort_unstable();
            let count = dropouts.groups[0];
            shown.extend((count.unknown > 0).then(|| format!("unknown {}", count.unknown)));
            shown.extend((count.excluded > 0).then(|| format!("excluded {}", count.excluded)));
            shown.join(" ")
        })
    }

    /// Evaluates the groups of `json` on `as_of`, with the excerpt of the masters.
    pub(crate) fn dropouts<T>(
        &self,
        as_of: &str,
        json: &str,
        look: impl FnOnce(&Folded<'_>, &Groups, &crate::Dropouts<'_>) -> T,
    ) -> T {
        let groups = Groups::from_json(json).unwrap();
        let codes = Codes::excerpt();
        self.folded(as_of, |folded| look(folded, &groups, &dropouts(folded, &groups, &codes, |_| false)))
    }
}

/// The current file that `file` is, read as `facts`.
pub(crate) fn current_file<'a>(file: &'a TestFile, facts: &'a MonthFacts<'a>) -> CurrentFile<'a> {
    CurrentFile { file: &file.name, upload: file.upload, kind: file.kind, facts }
}

/// One group with this condition, at risk after 60 days and dropped out after 6 months.
pub(crate) fn group_json(condition: &str) -> String {
    format!(
        r#"{{"groups":[{{"id":"g","name":"群","at_risk_after":{{"days":60}},"dropped_out_after":{{"months":6}},"match":{condition}}}]}}"#
    )
}

/// A patient in one line.
pub(crate) fn shown_patient(folded: &Folded<'_>, index: usize) -> String {
    let patient = &folded.patients[index];
    let or_dash = |it: Option<Date>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let mut shown = format!(
        "#{} {} {} {}",
        patient.chart_number.unwrap_or("-"),
        patient.name,
        or_dash(patient.birth_date),
        patient.insurance.map_or("-", |it| it.name()),
    );
    for (date, source) in patient.visits.iter() {
        let source = match source {
            crate::VisitSource::Receipt => "",
            crate::VisitSource::Appointment => "(appointment)",
            crate::VisitSource::MonthEnd => "(month end)",
        };
        shown += &format!(" {date}{source}");
    }
    if let Some(month) = patient.died {
        shown += &format!(" died {month}");
    }
    if patient.is_chart_shared {
        shown += " chart shared";
    }
    shown
}
