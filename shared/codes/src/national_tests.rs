//! On the masters as published, where their folder lies beside the repository.

use std::{fs, path::PathBuf};

use japan::Month;

use crate::{Codes, CodesBuilder, Kind, is_prescription_fee};

/// The files in the folder `name` of the masters, in the order of their names.
fn files(name: &str) -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/masters")).join(name);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: the folder {} of the national masters is not here", folder.display());
        return None;
    };
    let mut files: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect();
    files.sort();
    Some(files)
}

fn national() -> Option<Codes> {
    let all = [files("")?, files("s_delta")?, files("y_delta")?].concat();
    let mut builder = CodesBuilder::new();
    for path in &all {
        let file = path.file_name().unwrap().display();
        let added = builder.add(&fs::read(path).unwrap()).unwrap_or_else(|err| panic!("{file}: {err}"));
        assert_eq!(added.first_skipped, [], "{file}");
    }
    Some(builder.build())
}

#[test]
fn the_national_masters_are_read_whole() {
    let Some(codes) = national() else { return };
    let month = |year, month| Month::new(year, month).unwrap();
    assert_eq!(codes.n_codes(Kind::Disease), 27_437);
    assert_eq!(codes.n_codes(Kind::Modifier), 2_375);

    let name = |code, at| codes.name_or_code(Kind::Procedure, code, at).into_owned();
    assert_eq!(name(111_703_470, month(2025, 3)), "医療ＤＸ推進体制整備加算１（初診）");
    assert_eq!(name(111_703_470, month(2025, 4)), "医療ＤＸ推進体制整備加算４（初診）");
    assert_eq!(name(111_000_110, month(2019, 1)), "初診料");
    assert_eq!(name(111_703_170, month(2024, 12)), "医療情報取得加算１（初診）", "ended 2024-11-30");

    let kept = codes.tables[Kind::Procedure as usize].iter().map(|it| it.code);
    let fees: Vec<u32> = kept.filter(|it| codes.is_prescription_fee(*it)).collect();
    assert_eq!(fees.len(), 17);
    assert!(fees.iter().all(|it| is_prescription_fee(*it)), "the built-in list is the master's: {fees:?}");
}

#[test]
fn the_excerpt_says_what_the_masters_say() {
    let Some(national) = national() else { return };
    let (excerpt, month) = (Codes::excerpt(), Month::new(2024, 6).unwrap());
    for (table, kind) in excerpt.tables.iter().zip(Kind::ALL) {
        for entry in table {
            assert_eq!(
                excerpt.name_or_code(kind, entry.code, month),
                national.name_or_code(kind, entry.code, month),
                "{kind} {}",
                entry.code
            );
            assert_eq!(
                excerpt.drug(entry.code, month),
                national.drug(entry.code, month).filter(|_| kind == Kind::Drug)
            );
            if kind == Kind::Disease {
                assert_eq!(excerpt.disease(entry.code, month), national.disease(entry.code, month));
            }
            if kind == Kind::Procedure {
                assert_eq!(excerpt.procedure(entry.code, month), national.procedure(entry.code, month));
            }
        }
    }
}
