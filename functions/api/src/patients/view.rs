use clinic::{CodeDetail, ReceiptDetail};
use jiff::civil::Date;
use ledger::PatientRow;
use receipt::Sex;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{groups::members::ContactedView, words};

/// A patient as the files show them.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactsView {
    id: String,
    chart_number: Option<String>,
    name: String,
    kana: String,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Option<Date>,
    /// `male` or `female`.
    #[schema(value_type = Option<String>)]
    sex: Option<&'static str>,
    /// 社保, 国保, 後期高齢者, 退職者 or 公費単独.
    #[schema(value_type = Option<String>)]
    insurance: Option<&'static str>,
    #[schema(value_type = Option<String>, format = Date)]
    first_visit: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    last_visit: Option<Date>,
    /// The month of a death that no later visit contradicts, `yyyy-mm`.
    died: Option<String>,
    /// 要確認: somebody else has the same chart number.
    is_chart_shared: bool,
}

impl From<&PatientRow> for FactsView {
    fn from(row: &PatientRow) -> Self {
        Self {
            id: row.id.to_string(),
            chart_number: row.chart_number.clone(),
            name: row.name.clone(),
            kana: row.kana.clone(),
            birth_date: row.birth_date,
            sex: row.sex.map(|it| match it {
                Sex::Male => "male",
                Sex::Female => "female",
            }),
            insurance: row.insurance.map(|it| it.name()),
            first_visit: row.first_visit,
            last_visit: row.last_visit,
            died: row.died.map(|it| it.to_string()),
            is_chart_shared: row.is_chart_shared,
        }
    }
}

/// A patient in the answer to a search.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundView {
    #[serde(flatten)]
    pub(crate) facts: FactsView,
    pub(crate) groups: Vec<StatusView>,
    /// What staff noted, while it holds.
    pub(crate) contacted: Option<ContactedView>,
}

/// A group a patient is in.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatusView {
    pub(crate) group: String,
    /// `regular`, `at_risk` or `dropped_out`.
    #[schema(value_type = String)]
    pub(crate) status: &'static str,
}

/// A code in its newest row.
#[derive(Serialize, ToSchema)]
pub(crate) struct CodeView {
    code: String,
    name: String,
    /// 診療年月, `yyyy-mm`.
    month: String,
    /// 診療開始日 of a disease; the newest day of a procedure or a drug.
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
    /// Of a disease: neither suspected nor ended in its newest month.
    is_present: bool,
    /// Of a drug: 回数, by mouth the days of supply.
    times: Option<u16>,
    /// Of a drug: whether a pharmacy outside dispensed it.
    is_dispensed_outside: bool,
    file: String,
    line: u32,
}

impl From<CodeDetail> for CodeView {
    fn from(detail: CodeDetail) -> Self {
        let CodeDetail { code, name, month, date, is_present, times, is_dispensed_outside, file, line } = detail;
        Self { code, name, month: month.to_string(), date, is_present, times, is_dispensed_outside, file, line }
    }
}

/// A receipt that counts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptView {
    /// 診療年月, `yyyy-mm`.
    month: String,
    /// 請求年月, `yyyy-mm`.
    claim_month: String,
    /// `shaho` or `kokuho`.
    #[schema(value_type = String)]
    payer: &'static str,
    /// `inspection` or `submission`.
    #[schema(value_type = String)]
    kind: &'static str,
    points: i64,
    file: String,
    line: u32,
}

impl From<&ReceiptDetail> for ReceiptView {
    fn from(detail: &ReceiptDetail) -> Self {
        Self {
            month: detail.month.to_string(),
            claim_month: detail.claim_month.to_string(),
            payer: words::payer(detail.payer),
            kind: words::kind(detail.kind),
            points: detail.points,
            file: detail.file.clone(),
            line: detail.line,
        }
    }
}
