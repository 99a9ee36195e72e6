use crate::{Codes, CodesBuilder, Kind, layout::Row};

/// Ours, not a master: letter of the kind, code, name, first and second text as in
/// [`Entry`](crate::codes::Entry).
const EXCERPT: &str = include_str!("excerpt.csv");

impl Codes {
    /// About 130 codes of everyday outpatient care, in force in every month: for the demonstration and
    /// for tests, which must do without the national masters.
    pub fn excerpt() -> Self {
        let mut builder = CodesBuilder::new();
        for (kind, row) in EXCERPT.lines().filter_map(row) {
            // A row that could not be taken would be missing; a test counts them.
            let _ = builder.apply(kind, &row);
        }
        builder.build()
    }
}

fn row(line: &'static str) -> Option<(Kind, Row<'static>)> {
    let mut fields = line.split(',');
    let kind = Kind::of_letter(fields.next()?)?;
    let code = fields.next()?.parse().ok()?;
    let [name, first, second] = [fields.next()?, fields.next()?, fields.next()?];
    Some((kind, Row { code, is_end: false, name, first, second, from: None, until: None, is_f400: None }))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use japan::Month;

    use super::*;

    #[test]
    fn every_row_of_the_excerpt_is_in_it_once() {
        let codes = Codes::excerpt();
        let n_codes: usize = Kind::ALL.iter().map(|kind| codes.n_codes(*kind)).sum();
        assert_eq!(n_codes, EXCERPT.lines().count());
        for line in EXCERPT.lines() {
            let code = line.split(',').nth(1).unwrap();
            assert_eq!(code.len(), row(line).unwrap().0.n_digits(), "{line}");
        }
    }

    /// The name of a disease in the excerpt with its modifiers.
    #[track_caller]
    fn check_disease_name(code: u32, modifiers: &[u16], expected: &str) {
        assert_eq!(Codes::excerpt().disease_name(code, modifiers, Month::new(2026, 3).unwrap()), expected);
    }

    #[test]
    fn prefixes_stand_before_the_disease_and_suffixes_behind() {
        check_disease_name(2500015, &[], "２型糖尿病");
        check_disease_name(2500015, &[8002], "２型糖尿病の疑い");
        check_disease_name(7153018, &[8048, 2056], "右変形性膝関節症の術後");
        check_disease_name(1539004, &[8065, 8002], "大腸癌の再発の疑い");
    }

    #[test]
    fn parts_no_master_knows_are_shown_as_their_code() {
        check_disease_name(703025, &[], "0703025");
        check_disease_name(703025, &[8002], "0703025の疑い");
        check_disease_name(8833421, &[12, 8999], "0012高血圧症8999");
        assert_eq!(Codes::empty().disease_name(999, &[8002], Month::new(2026, 3).unwrap()), "00009998002");
    }

    #[test]
    fn a_code_tells_what_its_master_tells() {
        let (codes, month) = (Codes::excerpt(), Month::new(2026, 3).unwrap());
        let nephropathy = codes.disease(8830042, month).unwrap();
        let facts = format!(
            "{} {:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{}\n{}",
            nephropathy.name,
            nephropathy.icd10().collect::<Vec<&str>>(),
            codes.drug(621974701, month),
            codes.procedure(170027910, month),
            codes.modifier(8002),
            codes.comment(820000001, month),
            codes.name_or_code(Kind::Device, 710010093, month),
            codes.name_or_code(Kind::Drug, 600000001, month),
        );
        assert_snapshot!(facts, @r#"
        ２型糖尿病性腎症 ["E112", "N083"]
        Some(Drug { name: "メトグルコ錠２５０ｍｇ", unit: "錠", price_list: "3962002F2027" })
        Some(Procedure { name: "単純撮影（デジタル撮影）", unit: "枚" })
        Some("の疑い")
        Some("別途コメントあり")
        万年筆型注入器用注射針（標準型）
        600000001
        "#);
        assert!(codes.is_prescription_fee(120_002_910));
        assert!(!codes.is_prescription_fee(120_003_570));
    }
}
