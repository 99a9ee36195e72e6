//! Small clinics for tests: receipts become UKE text, files, month objects, patients and lists, by the
//! same way as in production.

use codes::Codes;
use encoding_rs::SHIFT_JIS;
use japan::Month;
use jiff::civil::Date;
use receipt::Payer;

use crate::{CurrentFile, FilePart, Folded, Groups, Links, MonthFacts, Rosters, SlotKind, dropouts, fold, read_file};

/// Property tests of so many cases, which leave no file behind: what fails is kept as a test of its own.
pub(crate) fn cases(n_cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases: n_cases * 20, failure_persistence: None, ..Default::default() }
}

/// A receipt to be written as UKE. It names 検証 一郎 and nobody's number until told otherwise.
#[derive(Debug, Clone)]
pub(crate) struct TestReceipt {
    pub(crate) month: Month,
    pub(crate) chart: String,
    pub(crate) name: String,
    /// `None` writes a RE of 36 columns.
    pub(crate) kana: Option<String>,
    pub(crate) born: String,
    pub(crate) sex: &'static str,
    pub(crate) receipt_type: String,
    pub(crate) search_number: String,
    /// HO, or KO where the number begins with `KO`; 診療実日数, 合計点数.
    pub(crate) coverages: Vec<(String, Option<u8>, i64)>,
    /// 負担者種別, then days with their mark.
    pub(crate) attendances: Vec<(u8, Vec<(i8, u8)>)>,
    /// SY, without its first column.
    pub(crate) diseases: Vec<String>,
    /// `SI` or `IY`, the columns up to 回数, the days.
    pub(crate) services: Vec<(&'static str, String, Vec<i8>)>,
}

/// A receipt of `month`, written `yyyy-mm`.
pub(crate) fn receipt(month: &str) -> TestReceipt {
    TestReceipt {
        month: month.parse().unwrap(),
        chart: String::new(),
        name: "検証　一郎".to_owned(),
        kana: Some("ケンショウイチロウ".to_owned()),
        born: "19700401".to_owned(),
        sex: "1",
        receipt_type: "1112".to_owned(),
        search_number: String::new(),
        coverages: vec![("01130012".to_owned(), Some(1), 100)],
        attendances: Vec::new(),
        diseases: Vec::new(),
        services: Vec::new(),
    }
}

impl TestReceipt {
    pub(crate) fn chart(mut self, chart: &str) -> Self {
        self.chart = chart.to_owned();
        self
    }

    pub(crate) fn name(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    pub(crate) fn kana(mut self, kana: &str) -> Self {
        self.kana = Some(kana.to_owned());
        self
    }

    /// Writes a RE of 36 columns.
    pub(crate) fn without_kana(mut self) -> Self {
        self.kana = None;
        self
    }

    pub(crate) fn born(mut self, born: &str) -> Self {
        self.born = born.to_owned();
        self
    }

    pub(crate) fn female(mut self) -> Self {
        self.sex = "2";
        self
    }

    pub(crate) fn receipt_type(mut self, receipt_type: &str) -> Self {
        self.receipt_type = receipt_type.to_owned();
        self
    }

    pub(crate) fn insurer(mut self, number: &str) -> Self {
        self.coverages[0].0 = number.to_owned();
        self
    }

    /// Adds a 公費.
    pub(crate) fn public(mut self, number: &str, n_days: Option<u8>) -> Self {
        self.coverages.push((format!("KO{number}"), n_days, 0));
        self
    }

    /// 診療実日数 of the first payer.
    pub(crate) fn n_days(mut self, n_days: Option<u8>) -> Self {
        self.coverages[0].1 = n_days;
        self
    }

    /// A claim made again.
    pub(crate) fn search_number(mut self, search_number: &str) -> Self {
        self.search_number = search_number.to_owned();
        self
    }

    /// A day with 1 in the JD of the insurer.
    pub(crate) fn visit(self, day: i8) -> Self {
        self.attended(1, day, 1)
    }

    /// A day with `mark` in the JD of the payer at `position`.
    pub(crate) fn attended(mut self, position: u8, day: i8, mark: u8) -> Self {
        match self.attendances.iter_mut().find(|it| it.0 == position) {
            Some((_, days)) => days.push((day, mark)),
            None => self.attendances.push((position, vec![(day, mark)])),
        }
        self
    }

    pub(crate) fn disease(self, code: &str) -> Self {
        self.disease_row(&format!("{code},20240105,1,,,,"))
    }

    pub(crate) fn suspected(self, code: &str) -> Self {
        self.disease_row(&format!("{code},20240105,1,8002,,,"))
    }

    /// A disease with 転帰 2, 3 or 4.
    pub(crate) fn ended(self, code: &str, outcome: u8) -> Self {
        self.disease_row(&format!("{code},20240105,{outcome},,,,"))
    }

    pub(crate) fn disease_row(mut self, columns: &str) -> Self {
        self.diseases.push(columns.to_owned());
        self
    }

    pub(crate) fn procedure(mut self, code: &str, days: &[i8]) -> Self {
        self.services.push(("SI", format!("80,1,{code},,0,{}", days.len()), days.to_vec()));
        self
    }

    /// A 処方箋料: a pharmacy outside dispenses.
    pub(crate) fn prescribed(self, day: i8) -> Self {
        self.procedure("120002910", &[day])
    }

    /// A drug in a unit of 0 points.
    pub(crate) fn drug(mut self, code: &str, days: &[i8]) -> Self {
        self.services.push(("IY", format!("21,1,{code},1,0,{}", days.len()), days.to_vec()));
        self
    }

    fn write(&self, number: usize, text: &mut String) {
        let Self { month, name, sex, born, chart, .. } = self;
        let (receipt_type, search_number) = (&self.receipt_type, &self.search_number);
        let month = month.packed();
        let mut columns = [""; 38].map(str::to_owned);
        columns[..7].clone_from_slice(
            &["RE", &number.to_string(), receipt_type, &month.to_string(), name, sex, born].map(str::to_owned),
        );
        columns[13].clone_from(chart);
        columns[18].clone_from(search_number);
        let n_columns = match &self.kana {
            Some(kana) => {
                columns[36].clone_from(kana);
                38
            }
            None => 36,
        };
        push_line(text, &columns[..n_columns]);
        for (number, n_days, points) in &self.coverages {
            let n_days = n_days.map_or_else(String::new, |it| it.to_string());
            match number.strip_prefix("KO") {
                Some(number) => push_line(text, &["KO", number, "1", "", &n_days, &points.to_string()]),
                None => push_line(text, &["HO", number, "", "1", &n_days, &points.to_string()]),
            }
        }
        for disease in &self.diseases {
            push_line(text, &["SY", disease]);
        }
        for (record, columns, days) in &self.services {
            let counts = (1..=31).map(|day| if days.contains(&day) { "1" } else { "" });
            let counts: Vec<&str> = counts.collect();
            push_line(text, &[*record, columns, ",,,,,", &counts.join(",")]);
        }
        for (position, days) in &self.attendances {
            let mark = |day: i8| days.iter().find(|it| it.0 == day).map_or_else(String::new, |it| it.1.to_string());
            let marks: Vec<String> = (1..=31).map(mark).collect();
            push_line(text, &["JD", &position.to_string(), &marks.join(",")]);
        }
    }
}

fn push_line<T: AsRef<str>>(text: &mut String, columns: &[T]) {
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    text.push_str(&columns.join(","));
    text.push_str("\r\n");
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
