use insta::assert_snapshot;

use crate::{
    Exit,
    test_run::{Ran, kayoi},
};

fn savings(counts: [&str; 5], more: &[&str]) -> Ran {
    let [staff, offices, partners, online, users] = counts;
    let arguments = ["plans", "savings", "--staff", staff, "--offices", offices, "--partners", partners];
    kayoi(&[&arguments[..], &["--partners-online", online, "--users", users], more].concat())
}

#[test]
fn the_newer_sheet_is_shown_as_a_table() {
    let ran = savings(["4", "1", "60", "3", "120"], &[]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @"
    データ連携で減る費用と時間（年間の概算）

    職員 4人、事業所 1、取引事業所 60（うちデータ連携 3）、利用者 120人

      費用（円）        導入前     導入後      削減
      人件費         3,819,653  3,694,369  +125,285
      印刷費             6,336      6,019      +317
      通信費（FAX）     19,008     18,058      +950
      郵送費            54,720     51,984    +2,736
      交通費            52,992     50,342    +2,650
      介護ソフト費     377,004    377,004         0
      ライセンス料           0     21,000   -21,000
      合計           4,329,713  4,218,776  +110,937

      作業（時間）  導入前  導入後   削減
      事務所当たり   431.0   416.9  +14.1
      一人当たり     107.8   104.2   +3.5

    削減額 +110,937円、削減時間 +14.1時間（概算）

    ※ 全国の「かんたんシミュレーションツール」の式による概算です。主に居宅介護支援事業所を想定しています。
    ※ 欄ごとに四捨五入するので、内訳の和は合計と1円ほど違うことがあります。
    ※ ツールは、事務所全体の作業時間に職員数を掛けて人件費を出します。
    　 掛けない場合（補正値）は、人件費の削減が +31,321円、合計の削減が +16,974円です。
    ");
}

#[test]
fn the_newer_sheet_is_given_as_json() {
    let ran = savings(["4", "1", "60", "3", "120"], &["--format", "json"]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @r#"
    {
      "is_estimate": true,
      "saving_yen": 110937,
      "saving_hours": 14.1,
      "rows": [
        {
          "item": "labour",
          "name": "人件費",
          "before": 3819653,
          "after": 3694369,
          "difference": 125285
        },
        {
          "item": "printing",
          "name": "印刷費",
          "before": 6336,
          "after": 6019,
          "difference": 317
        },
        {
          "item": "fax",
          "name": "通信費（FAX）",
          "before": 19008,
          "after": 18058,
          "difference": 950
        },
        {
          "item": "post",
          "name": "郵送費",
          "before": 54720,
          "after": 51984,
          "difference": 2736
        },
        {
          "item": "transport",
          "name": "交通費",
          "before": 52992,
          "after": 50342,
          "difference": 2650
        },
        {
          "item": "software",
          "name": "介護ソフト費",
          "before": 377004,
          "after": 377004,
          "difference": 0
        },
        {
          "item": "licence",
          "name": "ライセンス料",
          "before": 0,
          "after": 21000,
          "difference": -21000
        }
      ],
      "total": {
        "before": 4329713,
        "after": 4218776,
        "difference": 110937
      },
      "hours": {
        "per_office": {
          "before": 431.0,
          "after": 416.9,
          "difference": 14.1
        },
        "per_person": {
          "before": 107.8,
          "after": 104.2,
          "difference": 3.5
        }
      },
      "labour_without_staff_factor": {
        "labour": {
          "before": 954913,
          "after": 923592,
          "difference": 31321
        },
        "saving_yen": 16974
      }
    }
    "#);
}

#[test]
fn counts_that_allow_no_estimate_are_a_mistake_of_the_command_line() {
    let check = |counts, part: &str| {
        let ran = savings(counts, &[]);
        assert_eq!((ran.exit, ran.data.len()), (Exit::Usage, 0));
        assert!(ran.messages.contains(part), "{}", ran.messages);
    };
    check(["4", "1", "0", "0", "120"], "取引事業所数が0です");
    check(["4", "1", "60", "61", "120"], "対象事業所数が取引事業所数を超えています");
    check(["0", "1", "60", "3", "120"], "職員数が0です");
    check(["4", "0", "60", "3", "120"], "事業所数が0です");
    check(["4", "1", "60", "3", "1000001"], "0から1000000の数にしてください");
    check(["4", "1", "60", "3", "-1"], "詳しくは --help で表示します");
    check(["4", "1", "60", "3", "99999999999999999999"], "0から1000000の数にしてください");
}
