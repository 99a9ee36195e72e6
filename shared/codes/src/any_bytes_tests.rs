//! Whatever comes in, nothing panics, and what is built can be stored.

use japan::Month;
use proptest::prelude::*;

use crate::{Codes, CodesBuilder, Kind, builder_tests::row};

/// Adds `file` twice and uses what came of it.
fn check_survives(file: &[u8]) -> Result<(), TestCaseError> {
    let mut builder = CodesBuilder::from_codes(&Codes::excerpt());
    let _ = builder.add(file);
    let _ = builder.add(file);
    let codes = builder.build();
    for (table, kind) in codes.tables.iter().zip(Kind::ALL) {
        for entry in table {
            prop_assert!(!codes.name_or_code(kind, entry.code, Month::new(2025, 1).unwrap()).is_empty());
        }
    }
    prop_assert_eq!(Codes::from_bytes(&codes.to_bytes()), Ok(codes));
    Ok(())
}

/// Rows that are nearly right: any change, kind and code, dates and texts that may be wrong.
fn nearly_a_row() -> impl Strategy<Value = String> {
    let date = prop_oneof!["20(18|24|25|26)(01|06|13)(00|01|31)", "99999999", "0{0,8}", ".{0,9}"];
    let code = prop_oneof!["8833421", "62222500[12]", "11100011[0-2]", "8002", "[0-9]{0,10}", ".{0,9}"];
    let head = ("[0-9]?", "[BZSYTC]", code);
    (head, "処方箋料|\\PC{0,8}|[\"\\n,]{0,3}", date.clone(), date, 0_usize..160).prop_map(
        |((change, letter, code), text, from, until, n_columns)| {
            let mut given = vec![(1, change.as_str()), (2, &letter), (3, &code), (23, &code)];
            given.extend([5, 6, 7, 10, 16, 17, 32].map(|it| (it, text.as_str())));
            given.extend([15, 21, 28, 30, 87].map(|it| (it, from.as_str())));
            given.extend([16, 22, 24, 31, 88].map(|it| (it, until.as_str())));
            given.retain(|(number, _)| *number <= n_columns);
            row(n_columns, &given)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_as_a_master_are_survived(file in proptest::collection::vec(any::<u8>(), 0..400)) {
        check_survives(&file)?;
    }

    #[test]
    fn nearly_right_rows_are_survived(rows in proptest::collection::vec(nearly_a_row(), 1..12), cut in 0_usize..4000) {
        let text = rows.concat();
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
        check_survives(&bytes[..bytes.len().saturating_sub(cut).max(1).min(bytes.len())])?;
        check_survives(&bytes)?;
        check_survives(text.as_bytes())?;
    }

    #[test]
    fn any_bytes_as_an_object_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [b"KYCODES\x01".as_slice(), &body].concat();
        let _ = Codes::from_bytes(&bytes);
    }

    #[test]
    fn an_altered_object_is_refused_or_usable(at in 0_usize..10_000, value in any::<u8>()) {
        let mut bytes = Codes::excerpt().to_bytes();
        let at = at % bytes.len();
        bytes[at] = value;
        if let Ok(codes) = Codes::from_bytes(&bytes) {
            codes.disease_name(8_833_421, &[8002], Month::new(2025, 1).unwrap());
            CodesBuilder::from_codes(&codes).build();
        }
    }
}
