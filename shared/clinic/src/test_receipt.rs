//! Receipts for tests, written as UKE.

use japan::Month;

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

    pub(crate) fn write(&self, number: usize, text: &mut String) {
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
