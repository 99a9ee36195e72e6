use japan::fold;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::mail::parse_mail;
use super::phone::parse_phone;
use super::row::Row;
use super::words::{self, Sex};

/// A patient as the clinic's register has it. A blank cell is `None` and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRow {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// As the patient key writes it.
    pub chart_number: String,
    /// As written, family and given name with a space between if they came in two columns.
    pub name: Option<String>,
    /// As written; fold before matching.
    pub kana: Option<String>,
    /// From either calendar.
    pub birth_date: Option<Date>,
    /// `None` also where the file says it is not known.
    pub sex: Option<Sex>,
    /// By what the numbers are, not by the column they came in.
    pub phones: Phones,
    /// Checked for shape only, domain in lower case.
    pub mail: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
    /// All columns of the address, left to right, with spaces between.
    pub address: Option<String>,
    /// Whether the patient agreed to be sent messages; a word that says neither rejects the row.
    pub consent: Option<bool>,
    /// When that was said.
    pub consent_date: Option<Date>,
    /// When the clinic's program last changed the patient; decides between two rows of one chart
    /// number, nothing else.
    pub last_change: Option<Date>,
}

/// Telephone numbers in digits, ten or eleven, the first 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phones {
    /// 070, 080 or 090: what an SMS can reach.
    pub mobile: Option<String>,
    /// Any other.
    pub landline: Option<String>,
}

pub(super) fn patient(row: &mut Row<'_>) -> PatientRow {
    PatientRow {
        line: row.record.line,
        chart_number: row.chart_number(),
        name: whole_or_parts(row, Column::Name, [Column::FamilyName, Column::GivenName]),
        kana: whole_or_parts(row, Column::Kana, [Column::FamilyKana, Column::GivenKana]),
        birth_date: row.date(Column::BirthDate),
        sex: sex(row),
        phones: phones(row),
        mail: mail(row),
        postal_code: postal_code(row),
        address: address(row),
        consent: consent(row),
        consent_date: row.date(Column::ConsentDate),
        last_change: row.date(Column::LastChange),
    }
}

fn whole_or_parts(row: &mut Row<'_>, whole: Column, parts: [Column; 2]) -> Option<String> {
    row.text(whole).or_else(|| {
        let parts: Vec<String> = parts.into_iter().filter_map(|it| row.text(it)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

fn sex(row: &mut Row<'_>) -> Option<Sex> {
    let cell = row.cell(Column::Sex)?;
    let sex = words::sex(&cell.text);
    if sex.is_none() {
        row.reject("sex_invalid", cell.header, "が読めません。男 または 女 と入力してください。");
    }
    sex.flatten()
}

fn phones(row: &mut Row<'_>) -> Phones {
    let mut phones = Phones::default();
    let mut cells = row.cells(Column::Mobile);
    cells.extend(row.cells(Column::Phone));
    for cell in cells {
        if words::says_none(&cell.text) {
            continue;
        }
        let Some(phone) = parse_phone(&cell.text) else {
            row.reject(
                "phone_invalid",
                cell.header,
                "の電話番号が読めません。0から始まる10桁または11桁の番号を1つだけ入力してください。",
            );
            continue;
        };
        if phone.repaired {
            row.note("phone_repaired", cell.header, "の先頭の0が落ちていたため補いました。");
        }
        let kept = if phone.is_mobile { &mut phones.mobile } else { &mut phones.landline };
        match kept {
            None => *kept = Some(phone.digits),
            Some(kept) if *kept == phone.digits => {}
            Some(_) => row.note("phone_left_out", cell.header, "は同じ種類の番号がほかにもあるため使いませんでした。"),
        }
    }
    phones
}

fn mail(row: &mut Row<'_>) -> Option<String> {
    let cell = row.cell(Column::Mail).filter(|it| !words::says_none(&it.text))?;
    let mail = parse_mail(&cell.text);
    if mail.is_none() {
        row.reject(
            "mail_invalid",
            cell.header,
            "のメールアドレスが正しくありません。1つだけ、半角で入力してください。",
        );
    }
    mail
}

fn postal_code(row: &mut Row<'_>) -> Option<String> {
    let cell = row.cell(Column::PostalCode).filter(|it| !words::says_none(&it.text))?;
    let text = fold(&cell.text);
    let text = text.trim_start_matches('〒').trim();
    let is_bare = text.bytes().all(|it| it.is_ascii_digit());
    let digits: String = text.chars().filter(|it| !matches!(it, '-' | ' ')).collect();
    if !digits.bytes().all(|it| it.is_ascii_digit()) || !(digits.len() == 7 || is_bare && matches!(digits.len(), 5 | 6))
    {
        row.reject("postal_code_invalid", cell.header, "の郵便番号が正しくありません。7桁の数字で入力してください。");
        return None;
    }
    if digits.len() < 7 {
        row.note("postal_code_repaired", cell.header, "の先頭の0が落ちていたため補いました。");
    }
    Some(format!("{digits:0>7}"))
}

fn address(row: &mut Row<'_>) -> Option<String> {
    let cells = row.cells(Column::Address).into_iter().map(|it| it.text).filter(|it| !words::says_none(it));
    let parts: Vec<String> = cells.collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn consent(row: &mut Row<'_>) -> Option<bool> {
    let cell = row.cell(Column::Consent)?;
    let consent = words::consent(&cell.text);
    if consent.is_none() {
        row.reject("consent_invalid", cell.header, "が読めません。同意する または 同意しない と入力してください。");
    }
    consent
}
