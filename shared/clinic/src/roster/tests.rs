use std::fmt::Write as _;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::table::Table;
use super::*;

/// The only place that knows how a file is read and shown; each test is data.
fn shown_bytes(bytes: &[u8]) -> String {
    let file = match read(bytes) {
        Ok(file) => file,
        Err(error) => return format!("refused: {} {error}", error.code()),
    };
    let mut shown = format!("{:?} {:?}\n", file.kind(), file.encoding);
    match &file.rows {
        Rows::Patients(rows) => rows.iter().for_each(|it| show_patient(&mut shown, it)),
        Rows::Appointments(rows) => {
            for it in rows {
                let time = it.time.as_deref().unwrap_or("-");
                writeln!(shown, "{}: {} {} {time} {:?}", it.line, it.chart_number, it.date, it.state).unwrap();
            }
        }
        Rows::Questionnaire(rows) => {
            for it in rows {
                let texts = (it.chief_complaint.as_deref(), it.past_history.as_deref());
                writeln!(shown, "{}: {} {} {texts:?}", it.line, it.chart_number, it.answered).unwrap();
            }
        }
    }
    for it in &file.rejected {
        writeln!(shown, "{} rejected {}: {}", it.line, it.code, it.reason).unwrap();
    }
    for it in &file.notes {
        writeln!(shown, "{} note {}: {}", it.line, it.code, it.message).unwrap();
    }
    if !file.unknown_columns.is_empty() {
        writeln!(shown, "not used: {}", file.unknown_columns.join(", ")).unwrap();
    }
    shown
}

fn show_patient(shown: &mut String, it: &PatientRow) {
    write!(shown, "{}: {}", it.line, it.chart_number).unwrap();
    let texts = [&it.name, &it.kana, &it.phones.mobile, &it.phones.landline, &it.mail, &it.postal_code, &it.address];
    for text in texts {
        write!(shown, " | {}", text.as_deref().unwrap_or("-")).unwrap();
    }
    let dates =
        [it.birth_date, it.consent_date, it.last_change].map(|it| it.map_or("-".to_owned(), |it| it.to_string()));
    let (sex, consent) = (
        it.sex.map_or("-".to_owned(), |it| format!("{it:?}")),
        it.consent.map_or("-", |it| if it { "yes" } else { "no" }),
    );
    writeln!(shown, " | born {} | {sex} | {consent} {} | changed {}", dates[0], dates[1], dates[2]).unwrap();
}

fn shown(text: &str) -> String {
    shown_bytes(text.as_bytes())
}

fn cp932(text: &str) -> Vec<u8> {
    japan::to_cp932(text).unwrap()
}

/// The rejected rows of a file as they go back, cells in brackets.
fn given_back(bytes: &[u8]) -> String {
    let file = read(bytes).unwrap();
    let csv = rejected_csv(bytes, &file).unwrap();
    let text = file.encoding.decode(&csv).unwrap().into_owned();
    text.replace('\u{FEFF}', "<mark>").replace("\r\n", "\n")
}

#[test]
fn patients_are_read_with_every_column() {
    assert_snapshot!(shown("\
患者ID,氏名,フリガナ,生年月日,性別,電話番号,携帯電話,メールアドレス,郵便番号,住所1,住所2,配信同意,同意日,最終更新日,備考
00012,検証 一郎,ケンショウ イチロウ,昭和45年4月1日,男,03-0000-0001,090-0000-0001,A@Example.JP,100-0001,検証県検証市,1-2-3,同意する,R8.4.1,2026/4/2 9:30,x
０013,検証 花子,,1980/12/31,2,,,なし,,,,×,,,
14,,,,,,,,,,,,,,
"), @r"
    Patients Utf8
    2: 12 | 検証 一郎 | ケンショウ イチロウ | 09000000001 | 0300000001 | A@example.jp | 1000001 | 検証県検証市 1-2-3 | born 1970-04-01 | Male | yes 2026-04-01 | changed 2026-04-02
    3: 13 | 検証 花子 | - | - | - | - | - | - | born 1980-12-31 | Female | no - | changed -
    4: 14 | - | - | - | - | - | - | - | born - | - | - - | changed -
    not used: 備考
    ");
}

#[test]
fn cp932_and_tabs_and_names_in_two_columns_are_read() {
    assert_snapshot!(shown_bytes(&cp932("検証医院 患者一覧\r\n\r\nカルテ番号\t姓\t名\tセイ\tメイ\tTEL\r\n1\t髙橋\t①\tﾀｶﾊｼ\tｲﾁ\t9000000001\r\n")), @r"
    Patients Cp932
    4: 1 | 髙橋 ① | ﾀｶﾊｼ ｲﾁ | 09000000001 | - | - | - | - | born - | - | - - | changed -
    4 note phone_repaired: 「TEL」の先頭の0が落ちていたため補いました。
    ");
}

#[test]
fn all_reasons_against_a_row_are_said_at_once() {
    assert_snapshot!(shown("\
診察券番号,氏名,生年月日,性別,電話番号,Eメール,〒,同意
,検証 一郎,1970/2/30,?,12,x,12,たぶん
2,検証 二郎,,,,,,
合計,2,,,,,,
1.23E+05,検証 三郎,,,,,,
"), @r"
    Patients Utf8
    3: 2 | 検証 二郎 | - | - | - | - | - | - | born - | - | - - | changed -
    2 rejected chart_number_missing: 「診察券番号」が空です。患者の番号を入力してください。「生年月日」の日付が読めません。2026/4/1 または 令和8年4月1日 の形で入力してください。「性別」が読めません。男 または 女 と入力してください。「電話番号」の電話番号が読めません。0から始まる10桁または11桁の番号を1つだけ入力してください。「Eメール」のメールアドレスが正しくありません。1つだけ、半角で入力してください。「〒」の郵便番号が正しくありません。7桁の数字で入力してください。「同意」が読めません。同意する または 同意しない と入力してください。
    4 rejected chart_number_invalid: 「診察券番号」が番号ではありません。患者の番号を入力するか、この行を除いてください。
    5 rejected chart_number_rounded: 「診察券番号」が表計算ソフトで丸められています（E+の形）。列を文字列にして番号を入力し直してください。
    ");
}

#[test]
fn what_a_spreadsheet_lost_is_put_back_and_said() {
    assert_snapshot!(shown("患者番号,電話,郵便番号\n=\"0007\",9000000001,600001\n\"=\"\"0008\"\"\",'+819000000002,10010\n"), @r"
    Patients Utf8
    2: 7 | - | - | 09000000001 | - | - | 0600001 | - | born - | - | - - | changed -
    3: 8 | - | - | 09000000002 | - | - | 0010010 | - | born - | - | - - | changed -
    2 note phone_repaired: 「電話」の先頭の0が落ちていたため補いました。
    2 note postal_code_repaired: 「郵便番号」の先頭の0が落ちていたため補いました。
    3 note postal_code_repaired: 「郵便番号」の先頭の0が落ちていたため補いました。
    ");
}

#[test]
fn of_two_rows_of_one_patient_the_one_changed_last_is_used() {
    assert_snapshot!(shown("診察券番号,氏名,更新日\n1,検証 新,2026/4/2\n01,検証 旧,2026/4/1\n2,検証 前,\n2,検証 後,\n"), @r"
    Patients Utf8
    2: 1 | 検証 新 | - | - | - | - | - | - | born - | - | - - | changed 2026-04-02
    5: 2 | 検証 後 | - | - | - | - | - | - | born - | - | - - | changed -
    3 note duplicate_patient: 同じ患者の行が2行目にもあり、そちらを使いました。
    4 note duplicate_patient: 同じ患者の行が5行目にもあり、そちらを使いました。
    ");
}

#[test]
fn appointments_are_read_with_their_state() {
    assert_snapshot!(shown("\
診察券番号,氏名,予約日時,ステータス
1,検証 一郎,2026/4/1(水) 9:30〜10:00,会計済
2,検証 二郎,令和8年4月1日 午後2時,無断キャンセル
3,検証 三郎,2026-04-02T10:00:00,取消
4,検証 四郎,2026/4/3,
5,検証 五郎,2026/4/3 26:00,保留
6,検証 六郎,,予約
"), @r"
    Appointments Utf8
    2: 1 2026-04-01 09:30 Attended
    3: 2 2026-04-01 14:00 NoShow
    4: 3 2026-04-02 10:00 Cancelled
    5: 4 2026-04-03 - Booked
    6 rejected state_invalid: 「ステータス」が読めません。予約、来院、キャンセル、無断キャンセル のどれかを入力してください。「予約日時」の時刻が読めません。9:30 の形で入力してください。
    7 rejected date_missing: 「予約日時」が空です。2026/4/1 の形で入力してください。
    not used: 氏名
    ");
    assert_snapshot!(shown("患者番号,受診日\n1,2026/4/1\n"), @r"
    Appointments Utf8
    2: 1 2026-04-01 - Attended
    ");
    assert_snapshot!(shown("患者番号,予約日,予約時間,来院日\n1,2026/4/1,930,2026/4/2\n2,2026/4/1,10:00,\n3,,,2026/4/5\n"), @r"
    Appointments Utf8
    2: 1 2026-04-02 09:30 Attended
    3: 2 2026-04-01 10:00 Booked
    4: 3 2026-04-05 - Attended
    ");
}

#[test]
fn questionnaires_are_read() {
    assert_snapshot!(shown("ID,回答日,主訴,既往歴\n1,2026/4/1,\"頭痛\nめまい\",高血圧\n2,,咳,\n3,2026/4/2,,\n"), @r#"
    Questionnaire Utf8
    2: 1 2026-04-01 (Some("頭痛 めまい"), Some("高血圧"))
    5: 3 2026-04-02 (None, None)
    4 rejected date_missing: 「回答日」が空です。2026/4/1 の形で入力してください。
    "#);
}

#[test]
fn quotes_commas_and_bytes_gone_wrong_cost_their_own_row_alone() {
    assert_snapshot!(shown("\
診察券番号,氏名,住所
1,\"検証 一郎,検証市
2,検証 二郎,検証市
3,検証 三郎,検証市,1-2
4,検証\u{0}四郎,検証市
5,検証 五郎,検証市,,
6
"), @r#"
    Patients Utf8
    3: 2 | 検証 二郎 | - | - | - | - | - | 検証市 | born - | - | - - | changed -
    6: 5 | 検証 五郎 | - | - | - | - | - | 検証市 | born - | - | - - | changed -
    2 rejected unbalanced_quotes: 引用符（"）の対応が取れません。値の中の引用符を除くか、2つ重ねて入力してください。
    4 rejected past_the_header: 見出しより右に値があります。値の中のコンマで列がずれていないか確かめ、値を引用符（"）で囲んでください。
    5 rejected unreadable_text: 「氏名」に使えない文字があります。入力し直してください。
    7 rejected after_unbalanced_quotes: 前の行の引用符（"）が閉じていないため、列の足りないこの行は読めません。前の行を直し、列をそろえてください。
    "#);
    let mut broken = b"\xEF\xBB\xBF".to_vec();
    broken.extend("診察券番号,氏名,備考\n1,検証 ".as_bytes());
    broken.extend(b"\xFF,x\n2,x,\xFF\n");
    assert_snapshot!(shown_bytes(&broken), @r"
    Patients Utf8
    3: 2 | x | - | - | - | - | - | - | born - | - | - - | changed -
    2 rejected unreadable_text: 「氏名」に読めない文字があります。入力し直し、元のファイルと同じ文字コードで保存してください。
    not used: 備考
    ");
    assert_snapshot!(shown_bytes(&broken[3..]), @r"
    Patients Utf8
    3: 2 | x | - | - | - | - | - | - | born - | - | - - | changed -
    2 rejected unreadable_text: 「氏名」に読めない文字があります。入力し直し、元のファイルと同じ文字コードで保存してください。
    not used: 備考
    ");
}

#[test]
fn what_is_no_roster_is_refused_with_what_to_do() {
    assert_snapshot!(shown(" \r\n"), @"refused: empty ファイルが空です。書き出しの設定を確認し、もう一度書き出してください。");
    assert_snapshot!(shown("a,b\n1,2\n"), @"refused: no_header 見出しの行が見つかりません。先頭の10行のうちに、患者なら「診察券番号」と「氏名」や「電話番号」など、予約なら「診察券番号」と「予約日」または「来院日」、問診なら「診察券番号」と「回答日」の見出しを入れてください。文字コードはUTF-8かシフトJISにしてください。");
    assert_snapshot!(shown("氏名,電話番号\n検証 一郎,03-0000-0001\n"), @"refused: no_chart_number 1行目の見出しに「診察券番号」がありません。「診察券番号」（または「患者番号」「カルテ番号」）の列を加えてください。");
    assert_snapshot!(shown("診察券番号,備考\n1,x\n"), @"refused: kind_unclear 1行目の見出しから種類が分かりません。「診察券番号」のほかに、患者なら「氏名」や「電話番号」など、予約なら「予約日」または「来院日」、問診なら「回答日」の列が必要です。");
    assert_snapshot!(shown(&format!("診察券番号,氏名{}\n", ",x".repeat(300))), @"refused: too_many_columns 1行目の列が多すぎます（200列まで）。必要な列だけにしてください。");
    assert_snapshot!(shown_bytes(b"\xFF\xFEa\0"), @"refused: utf16 文字コードがUTF-16です。表計算ソフトで「CSV UTF-8（コンマ区切り）」または「CSV（コンマ区切り）」を選んで保存し直してください。");
    assert_snapshot!(shown_bytes(b"PK\x03\x04"), @"refused: workbook 表計算ソフトのブックです。「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。");
}

#[test]
fn a_header_past_the_tenth_line_is_not_found() {
    let header = "診察券番号,氏名\n1,検証 一郎\n";
    assert!(shown(&format!("{}{header}", "題\n".repeat(9))).starts_with("Patients"));
    assert!(shown(&format!("{}{header}", "題\n".repeat(10))).starts_with("refused: no_header"));
}

#[test]
fn rejected_rows_go_back_as_they_came_and_safe_to_open() {
    let text = "患者一覧\n診察券番号,氏名,生年月日,電話番号\n1,=1+1,x,+819000000001\n2,検証 二郎,1970/1/1,\n3,\"検証, \"\"三\"\"郎\",－,@\n4,\"検証 四郎,x\n5,a,1970/1/1,,b\n";
    assert_snapshot!(given_back(text.as_bytes()), @r#"
    <mark>診察券番号,氏名,生年月日,電話番号,,取込できなかった理由
    1,'=1+1,x,'+819000000001,,「生年月日」の日付が読めません。2026/4/1 または 令和8年4月1日 の形で入力してください。
    3,"検証, ""三""郎",'－,'@,,「電話番号」の電話番号が読めません。0から始まる10桁または11桁の番号を1つだけ入力してください。
    4,"""検証 四郎",x,,,"引用符（""）の対応が取れません。値の中の引用符を除くか、2つ重ねて入力してください。"
    5,a,1970/1/1,,b,"見出しより右に値があります。値の中のコンマで列がずれていないか確かめ、値を引用符（""）で囲んでください。"
    "#);
    assert_eq!(given_back(&cp932(text)), given_back(text.as_bytes()).replace("<mark>", ""));
}

#[test]
fn a_file_that_comes_back_uncorrected_goes_back_the_same() {
    let text = "診察券番号,氏名,生年月日\n1,=1+1,x\n2,検証 二郎,1970/1/1,b\n,'-x,\n4,\"検証 四郎,x\n".as_bytes();
    let once = rejected_csv(text, &read(text).unwrap()).unwrap();
    let again = rejected_csv(&once, &read(&once).unwrap()).unwrap();
    assert!(read(&once).unwrap().unknown_columns.is_empty());
    assert_eq!(read(&once).unwrap().rows.len(), 0, "{}", String::from_utf8_lossy(&once));
    let third = rejected_csv(&again, &read(&again).unwrap()).unwrap();
    assert_eq!(String::from_utf8_lossy(&third), String::from_utf8_lossy(&again));
}

#[test]
fn a_preview_counts_what_a_file_would_do() {
    let file = read("診察券番号,氏名,電話番号\n1,検証 一郎,03-0000-0001\n2,検証 二郎,03-0000-0002\n3,検証 三郎,\n3,検証 三郎,\n4,x,1\n".as_bytes()).unwrap();
    let known = |number: &str| {
        let landline = Stamped::by_staff(Some("0300000001".to_owned()), 3);
        matches!(number, "1" | "2").then(|| Contacts { landline, ..Contacts::default() })
    };
    assert_snapshot!(format!("{:#?}", preview(&file, 4, &known)), @r#"
    Preview {
        kind: Patients,
        n_new: 1,
        n_changed: 1,
        n_unchanged: 1,
        n_rejected: 1,
        n_duplicates: 1,
        sample: [
            PreviewRow {
                line: 3,
                chart_number: "2",
                effect: Changed,
                fields: [
                    Landline,
                ],
            },
            PreviewRow {
                line: 5,
                chart_number: "3",
                effect: New,
                fields: [],
            },
        ],
    }
    "#);
    assert_eq!(preview(&file, 3, &known).n_changed, 0);
}

/// Bytes that look enough like a roster to get past the header.
fn roster_like() -> impl Strategy<Value = Vec<u8>> {
    let header = prop::sample::select(vec![
        "診察券番号,氏名,生年月日,性別,電話番号,mail,〒,住所,同意,更新日\n",
        "ID\t予約日時\tステータス\t時間\n",
        "ID,回答日,主訴,取込できなかった理由\n",
        "ID,来院日\r",
        "",
    ]);
    let piece = prop_oneof![
        "[0-9０-９/:+年月日令元rts\\-'=\" ,\t\r\n午後前時(日)]{0,12}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(vec![b",".to_vec(), b"\"".to_vec(), b"\n".to_vec(), b"\t".to_vec(), b"2026/4/1".to_vec()]),
    ];
    (header, any::<bool>(), proptest::collection::vec(piece, 0..60)).prop_map(|(header, is_cp932, pieces)| {
        let mut bytes = if is_cp932 { cp932(header) } else { header.as_bytes().to_vec() };
        bytes.extend(pieces.concat());
        bytes
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop_oneof![roster_like(), proptest::collection::vec(any::<u8>(), 0..400)]) {
        if let Ok(file) = read(&bytes) {
            let _ = rejected_csv(&bytes, &file).unwrap();
            let _ = preview(&file, 1, &|_| None);
        }
    }

    #[test]
    fn every_row_is_either_taken_or_rejected(bytes in roster_like()) {
        if let Ok(file) = read(&bytes) {
            let mut table = Table::open(&bytes).unwrap();
            let mut n_rows = 0;
            while table.next_record().unwrap().is_some() {
                n_rows += 1;
            }
            let n_duplicates = file.notes.iter().filter(|it| it.code == "duplicate_patient").count();
            prop_assert_eq!(n_rows, file.rows.len() + file.rejected.len() + n_duplicates);
        }
    }

    #[test]
    fn rejected_rows_written_and_read_again_are_the_same(
        rows in proptest::collection::vec(("[^\u{0}]{0,12}", "[=+@'\\-＝ \t\r\n\",あア亜a]{0,8}"), 1..8),
        in_cp932 in any::<bool>(),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["診察券番号", "氏名", "生年月日"]).unwrap();
        for (one, other) in &rows {
            writer.write_record(["", one, &format!("x{other}")]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let original = match japan::to_cp932(&text) {
            Ok(bytes) if in_cp932 => bytes,
            _ => text.into_bytes(),
        };
        let file = read(&original).unwrap();
        prop_assert_eq!(file.rejected.len(), rows.len());

        let written = rejected_csv(&original, &file).unwrap();
        let (before, after) = (cells(&original), cells(&written));
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before, &after[..before.len()]);
            prop_assert!(!after[before.len()].is_empty());
        }
        let again = read(&written).unwrap();
        prop_assert_eq!(again.encoding, file.encoding);
        prop_assert_eq!(again.rejected.len(), file.rejected.len());
    }
}

/// The cells of every row, without the apostrophes that guard them.
fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut table = Table::open(bytes).unwrap();
    let mut rows = Vec::new();
    while let Some(record) = table.next_record().unwrap() {
        let text =
            |it: &std::borrow::Cow<'_, [u8]>| guard::without_guard(&table.encoding.decode(it).unwrap()).to_owned();
        rows.push(record.cells.iter().map(text).collect());
    }
    rows
}
