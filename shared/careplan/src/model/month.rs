use super::{
    Person, UserFacts,
    grouped::{Sources, grouped},
    person::of_supplement,
    view::record_view,
};
use crate::{Document, FileKind, Record, ServiceType};

/// サービス利用票 and its 別表: 第6表 and 第7表 of one user and one month, as far as the files hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthTable {
    /// Whose table it is.
    pub person: Person,
    /// 対象年月.
    pub month: String,
    /// From the 利用者補足情報 with the same month.
    pub facts: Option<UserFacts>,
    /// What the records of a kind have in common: one for each kind, more where they differ.
    pub headings: Vec<TableHeading>,
    /// 第6表 予定.
    pub planned: Vec<ServiceRow>,
    /// 第6表 実績.
    pub actual: Vec<ServiceRow>,
    /// 第7表.
    pub costs: Vec<CostRow>,
}

/// What stands above the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableHeading {
    /// Whose rows.
    pub kind: FileKind,
    /// 作成年月日.
    pub drawn_up_on: String,
    /// プラン担当業者コード; blank for 第7表.
    pub planner_office: String,
    /// プラン担当者名; blank for 第7表.
    pub planner: String,
}

record_view! {
    /// A service on one day, planned or done.
    ServiceRow of Schedule, 8 to 23;
    /// 単位数.
    units = 8;
    /// 前月までの短期入所利用日数.
    short_stay_days = 9;
    /// サービス利用日.
    date = 10;
    /// 日割対象日, a sign for each day of the month.
    billed_days = 11;
    /// サービス開始時刻.
    start = 12;
    /// サービス終了時刻.
    end = 13;
    /// サービス回数.
    times = 14;
    /// サービスコード.
    code = 15;
    /// 用具名称（機種名）.
    equipment = 18;
    /// サービス事業者コード.
    office = 20;
    /// サービス事業所名.
    office_name = 21;
    /// サテライト枝番.
    branch = 22;
    /// ３０日超区分, a code.
    over_30_days = 23;
}

record_view! {
    /// A row of 第7表: what the services of one code cost, or a sum of such rows.
    CostRow of Sheet7, 6 to 33;
    /// サービス事業所名.
    office_name = 6;
    /// サービス事業所コード.
    office = 7;
    /// サテライト枝番.
    branch = 8;
    /// サービスコード.
    code = 9;
    /// 用具名称（機種名）.
    equipment = 12;
    /// ３０日超区分, a code.
    over_30_days = 33;
}

/// What a row of 第7表 is, told by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostRowKind {
    /// A service.
    Service,
    /// `AAAA` behind the service type: what counts against the limit.
    Subtotal,
    /// `EEEE`: what does not count against the limit.
    SubtotalOutsideLimit,
    /// `ZZZZ`: what is beyond 30 days of short stay.
    SubtotalOver30Days,
    /// `999999`.
    Total,
}

impl ServiceRow {
    /// The type of the service, by its code.
    pub fn service_type(&self) -> Option<ServiceType> {
        service_type(self.code())
    }
}

impl CostRow {
    /// What the row is.
    pub fn kind(&self) -> CostRowKind {
        match self.code() {
            "999999" => CostRowKind::Total,
            code if code.ends_with("AAAA") => CostRowKind::Subtotal,
            code if code.ends_with("EEEE") => CostRowKind::SubtotalOutsideLimit,
            code if code.ends_with("ZZZZ") => CostRowKind::SubtotalOver30Days,
            _ => CostRowKind::Service,
        }
    }

    /// The type of the service, by its code.
    pub fn service_type(&self) -> Option<ServiceType> {
        service_type(self.code())
    }
}

fn service_type(code: &str) -> Option<ServiceType> {
    ServiceType::new(code.get(..2)?)
}

const SHEETS: [FileKind; 3] = [FileKind::Schedule, FileKind::Actuals, FileKind::Sheet7];

impl MonthTable {
    /// The tables in `documents`, in their order. Where two documents hold the same part of a table, the
    /// later one stands: a table is always sent whole, actuals whole for an office and a service type.
    pub fn all(documents: &[Document]) -> Vec<Self> {
        let tables = grouped(documents, &SHEETS, key_of);
        tables.into_iter().map(|((person, month), sources)| Self::of(person, month, &sources)).collect()
    }

    fn of(person: Person, month: String, sources: &Sources<'_>) -> Self {
        let services = |kind| sources.of(kind).into_iter().map(ServiceRow::of).collect();
        Self {
            person,
            month,
            facts: sources.of(FileKind::Supplement).last().map(|it| UserFacts::of(it)),
            headings: SHEETS.iter().flat_map(|kind| TableHeading::all(*kind, &sources.of(*kind))).collect(),
            planned: services(FileKind::Schedule),
            actual: services(FileKind::Actuals),
            costs: sources.of(FileKind::Sheet7).into_iter().map(CostRow::of).collect(),
        }
    }
}

impl TableHeading {
    fn all(kind: FileKind, rows: &[&Record]) -> Vec<Self> {
        let mut headings: Vec<Self> = Vec::new();
        for row in rows {
            let planner = |number| if kind == FileKind::Sheet7 { "" } else { row.text(number) };
            let heading = Self {
                kind,
                drawn_up_on: row.text(4).to_owned(),
                planner_office: planner(6).to_owned(),
                planner: planner(7).to_owned(),
            };
            if !headings.contains(&heading) {
                headings.push(heading);
            }
        }
        headings
    }
}

/// Whose table of which month a record belongs to.
fn key_of(kind: FileKind, record: &Record) -> Option<(Person, String)> {
    let month = match kind {
        FileKind::Schedule | FileKind::Actuals | FileKind::Sheet7 => record.text(5).to_owned(),
        FileKind::Supplement => of_supplement(record, 63)?,
        _ => return None,
    };
    Some((Person::of(record), month))
}
