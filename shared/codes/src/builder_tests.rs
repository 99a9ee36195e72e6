use insta::assert_snapshot;
use japan::Month;

use crate::{Codes, CodesBuilder, Kind};

/// A row of `n_columns` quoted columns, all blank but those given (counted from 1).
pub(crate) fn row(n_columns: usize, given: &[(usize, &str)]) -> String {
    let mut columns = vec![""; n_columns];
    for (number, text) in given {
        columns[number - 1] = text;
    }
    let quoted: Vec<String> = columns.iter().map(|it| format!("\"{it}\"")).collect();
    quoted.join(",") + "\r\n"
}

fn procedure(change: &str, code: &str, name: &str, from: &str, until: &str) -> String {
    row(150, &[(1, change), (2, "S"), (3, code), (5, name), (87, from), (88, until)])
}

fn drug(n_columns: usize, change: &str, code: &str, name: &str, unit: &str, price_list: &str) -> String {
    let until = if name.is_empty() { "" } else { "99999999" };
    let columns = [(1, change), (2, "Y"), (3, code), (5, name), (10, unit), (31, until), (32, price_list)];
    row(n_columns, &columns[..if n_columns < 32 { 6 } else { 7 }])
}

/// What became of `files`, added in this order in CP932; the only place that knows the API.
fn added(files: &[String]) -> (Codes, String) {
    let mut builder = CodesBuilder::new();
    let mut told = Vec::new();
    for file in files {
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(file);
        told.push(match builder.add(&bytes) {
            Ok(added) => {
                let skipped = added.first_skipped.iter().map(|it| format!("\n  {it}"));
                format!(
                    "{} {} rows, {} skipped{}",
                    added.kind,
                    added.n_rows,
                    added.n_skipped,
                    skipped.collect::<String>()
                )
            }
            Err(err) => format!("refused: {err}"),
        });
    }
    (builder.build(), told.join("\n"))
}

/// The names procedure 111703470 has in `months`.
#[track_caller]
fn check_names(files: &[String], expected: &[((i16, i8), &str)]) {
    let (codes, _) = added(files);
    for ((year, month), name) in expected {
        let month = Month::new(*year, *month).unwrap();
        assert_eq!(codes.name_or_code(Kind::Procedure, 111_703_470, month), *name, "{month}");
    }
}

#[test]
fn the_name_of_the_month_is_shown_and_the_newest_outside() {
    let whole = procedure("3", "111703470", "加算１", "20241001", "99999999");
    let renamed = procedure("5", "111703470", "加算４", "20250401", "");
    let expected = [
        ((2024, 10), "加算１"),
        ((2025, 3), "加算１"),
        ((2025, 4), "加算４"),
        ((2030, 1), "加算４"),
        ((2020, 1), "加算４"),
    ];
    check_names(&[whole.clone(), renamed.clone()], &expected);
    // A newer whole file may also come first.
    let renamed_whole = procedure("0", "111703470", "加算４", "20250401", "99999999");
    check_names(&[renamed_whole, whole], &expected);
}

#[test]
fn an_ended_code_keeps_its_name() {
    let whole = procedure("0", "111703470", "加算１", "20240601", "99999999");
    for change in ["1", "9"] {
        let ended = procedure(change, "111703470", "", "20241201", "20241130");
        check_names(&[whole.clone(), ended], &[((2024, 11), "加算１"), ((2024, 12), "加算１")]);
    }
    let ended = procedure("9", "111703470", "", "20241201", "20241130");
    let again = procedure("3", "111703470", "別の加算", "20250601", "99999999");
    check_names(&[whole, ended, again], &[((2024, 11), "加算１"), ((2025, 1), "別の加算"), ((2025, 6), "別の加算")]);
}

#[test]
fn later_wins_for_the_same_code_and_month() {
    let typo = procedure("3", "111703470", "誤", "20240601", "99999999");
    let right = procedure("5", "111703470", "正", "20240601", "99999999");
    check_names(&[typo, right], &[((2024, 6), "正"), ((2025, 1), "正")]);
}

#[test]
fn a_change_leaves_blank_fields_and_makes_no_version_when_nothing_changes() {
    let whole = drug(40, "0", "622225001", "エリキュース錠５ｍｇ", "錠", "3339004F2025");
    let price = row(42, &[(1, "5"), (2, "Y"), (3, "622225001"), (12, "200.00"), (30, "20250401")]);
    let (codes, told) = added(&[whole, price]);
    assert_eq!(told, "医薬品 1 rows, 0 skipped\n医薬品 1 rows, 0 skipped");
    let drug = codes.drug(622_225_001, Month::new(2025, 5).unwrap()).unwrap();
    assert_eq!((drug.name, drug.unit, drug.price_list), ("エリキュース錠５ｍｇ", "錠", "3339004F2025"));
    assert_eq!(codes.tables[Kind::Drug as usize].len(), 1);
}

#[test]
fn columns_may_be_missing_or_more() {
    for (n_columns, price_list) in [(31, ""), (35, "3339004F2025"), (50, "3339004F2025")] {
        let (codes, _) = added(&[drug(n_columns, "0", "622225001", "エリキュース", "錠", "3339004F2025")]);
        assert_eq!(codes.drug(622_225_001, Month::new(2025, 5).unwrap()).unwrap().price_list, price_list);
    }
}

#[test]
fn a_prescription_fee_is_told_by_section_and_name() {
    let in_f400 = |code, name| {
        let columns = [(1, "3"), (2, "S"), (3, code), (5, name), (85, "F"), (88, "99999999"), (92, "400")];
        row(150, &columns)
    };
    let files = [in_f400("120099910", "処方箋料（新しい）"), in_f400("120099970", "加算（処方箋料）")];
    let renamed = procedure("5", "120099910", "処方箋料（改名）", "20280601", "");
    let (codes, _) = added(&[files.concat(), renamed]);
    assert!(codes.is_prescription_fee(120_099_910));
    assert!(!codes.is_prescription_fee(120_099_970));
    assert!(codes.is_prescription_fee(120_002_910), "the built-in list counts too");
}

#[test]
fn bad_rows_are_counted_and_the_first_are_named() {
    let good = procedure("0", "111000110", "初診料", "20240601", "99999999");
    let file = [
        &good,
        "\"コード\",\"名称\"\r\n",
        &procedure("0", "11100011", "桁が足りない", "20240601", "99999999"),
        &procedure("0", "111000210", "日付", "20241301", "99999999"),
        &procedure("5", "111000310", "", "20240601", ""),
        &drug(40, "0", "622225001", "エリキュース", "錠", ""),
        "\r\n",
        &procedure("0", "111000410", "六つ目", "x", "99999999"),
        "\u{1a}",
    ];
    assert_snapshot!(added(&[file.concat()]).1, @r"
    診療行為 1 rows, 6 skipped
      2行目: マスター種別(2列目)が他の行と違います
      3行目: コードの桁数が違います
      4行目: 年月日が日付ではありません
      5行目: 登録のないコードで、名称もありません
      6行目: マスター種別(2列目)が他の行と違います
    ");
}

#[test]
fn a_quote_left_open_spoils_its_line_only() {
    let good = procedure("0", "111000110", "初診料", "20240601", "99999999");
    let open = "\"0\",\"S\",\"111000210\",\"3\",\"開いた\r\n";
    let (codes, told) = added(&[[open, &good].concat()]);
    assert!(codes.procedure(111_000_110, Month::new(2025, 1).unwrap()).is_some());
    assert_snapshot!(told, @r#"
    診療行為 1 rows, 1 skipped
      1行目: 引用符「"」の対応が崩れています
    "#);
}

#[test]
fn a_file_that_is_no_master_is_refused_with_what_to_do() {
    let change_alone = procedure("5", "111000110", "", "20240601", "");
    let files = ["", "\r\n\u{1a}", "PK\u{3}\u{4}…", "IR,1,13,1,1234567\r\n", &change_alone];
    assert_snapshot!(added(&files.map(str::to_owned)).1, @r"
    refused: ファイルが空です。診療報酬情報提供サービスからもう一度ダウンロードしてください。
    refused: ファイルが空です。診療報酬情報提供サービスからもう一度ダウンロードしてください。
    refused: ZIPファイルです。展開して、中のCSVファイルを1つずつ置いてください。
    refused: 基本マスターのファイルではありません(2列目にB・Z・S・Y・T・Cのどれもありません)。診療報酬情報提供サービスのCSVを、加工せずShift_JISのまま置いてください。
    refused: 診療行為マスターですが、使える行がありません(最初は1行目: 登録のないコードで、名称もありません)。差分ファイルなら、先に全件のファイルを置いてください。
    ");
}

#[test]
fn utf_8_is_read_too() {
    let file = procedure("0", "111000110", "初診料", "20240601", "99999999");
    for bytes in [file.clone().into_bytes(), format!("\u{feff}{file}").into_bytes()] {
        let mut builder = CodesBuilder::new();
        builder.add(&bytes).unwrap();
        assert_eq!(builder.build().procedure(111_000_110, Month::new(2025, 1).unwrap()).unwrap().name, "初診料");
    }
}

#[test]
fn one_file_at_a_time_onto_the_stored_object_is_the_same_as_all_at_once() {
    let files = [
        procedure("0", "111703470", "加算１", "20241001", "99999999"),
        drug(40, "0", "622225001", "エリキュース錠５ｍｇ", "錠", "3339004F2025"),
        procedure("5", "111703470", "加算４", "20250401", ""),
        procedure("9", "111703470", "", "20260601", "20260531"),
    ];
    let mut stored = Codes::empty();
    for file in &files {
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(file);
        let mut builder = CodesBuilder::from_codes(&stored);
        builder.add(&bytes).unwrap();
        stored = Codes::from_bytes(&builder.build().to_bytes()).unwrap();
    }
    assert_eq!(stored, added(&files).0);
}
