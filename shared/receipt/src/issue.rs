use serde::Serialize;

/// How much an [`Issue`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The part of the file it stands in is not imported.
    Error,
    /// Imported; somebody should look.
    Warning,
    /// Imported; good to know.
    Info,
}

/// Something about one line of a claim file. It never quotes a patient's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Line in the file, counted from 1; the last line for what is missing at the end.
    pub line: u64,
    /// How much it matters.
    pub severity: Severity,
    /// What it is, stable across versions.
    pub code: IssueCode,
    /// What to do, in a Japanese sentence.
    pub message: String,
}

impl Issue {
    /// The issue `code` at `line`, with the code's own severity and advice.
    pub fn new(line: u64, code: IssueCode) -> Self {
        Self { line, severity: code.severity(), code, message: code.advice().to_owned() }
    }

    pub(crate) fn with_facts(line: u64, code: IssueCode, facts: &str) -> Self {
        Self { line, severity: code.severity(), code, message: format!("{}（{facts}）", code.advice()) }
    }
}

macro_rules! issue_codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $severity:ident, $advice:literal;)*) => {
        /// What an [`Issue`] or a refusal is about. The text of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueCode { $($(#[$doc])* $name,)* }

        impl IssueCode {
            /// Every code, in the order of the README's list.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What is wrong and what to do, in a Japanese sentence.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

issue_codes! {
    /// No bytes, or nothing but blanks: a payer's side without claims.
    EmptyFile, "empty-file", Warning, "ファイルは空です。請求が0件の月ならこのままで構いません。そうでなければレセコンから出力し直してください。";
    /// A PDF.
    PdfFile, "pdf-file", Error, "PDFファイルです。レセコンの「レセプト電算データ（UKE）」の出力を選び、RECEIPTC.UKEを送ってください。";
    /// A spreadsheet or another office document.
    OfficeFile, "office-file", Error, "ExcelやWordのファイルです。レセコンの「レセプト電算データ（UKE）」の出力を選び、RECEIPTC.UKEを送ってください。";
    /// A picture, a program or another binary.
    BinaryFile, "binary-file", Error, "レセプトのファイルではありません（画像やプログラムなどの形式です）。レセコンからRECEIPTC.UKEを出力して送ってください。";
    /// Text, but no claim file: a CSV of something else, say.
    NotAReceiptFile, "not-a-receipt-file", Error, "レセプト電算データ（UKE）ではありません。先頭の行が「IR」で始まるファイルを、レセコンの「レセプト電算データ作成」から出力して送ってください。CSVの一覧表は取り込めません。";
    /// UTF-16, which no claim file is written in.
    Utf16File, "utf16-file", Error, "文字コードがUTF-16で保存し直されています。レセコンから出力したままのファイル（Shift_JIS）を送ってください。";
    /// An archive without any claim file.
    ArchiveWithoutReceipts, "archive-without-receipts", Error, "ZIPの中にレセプト電算データ（UKE）がありません。RECEIPTC.UKEをそのまま、またはUKEだけを入れたZIPを送ってください。";
    /// An archive that is damaged or encrypted.
    ArchiveUnreadable, "archive-unreadable", Error, "ZIPを開けません（壊れているか、パスワードが付いています）。パスワードを外し、作り直して送ってください。";
    /// An archive beyond the limits on entries, size or ratio.
    ArchiveTooLarge, "archive-too-large", Error, "ZIPの中身が大きすぎます（200ファイル、合計200MBまで）。分けて送ってください。";
    /// An archive inside an archive.
    ArchiveNested, "archive-nested", Error, "ZIPの中にZIPがあります。中のZIPを開いて、UKEファイルを送ってください。";
    /// 点数表 3.
    DentalFile, "dental-file", Error, "歯科のレセプトです。取り込めるのは医科のレセプト（RECEIPTC.UKE）です。";
    /// 点数表 4.
    PharmacyFile, "pharmacy-file", Error, "調剤のレセプトです。取り込めるのは医科のレセプト（RECEIPTC.UKE）です。";
    /// 点数表 6.
    HomeNursingFile, "home-nursing-file", Error, "訪問看護のレセプトです。取り込めるのは医科のレセプト（RECEIPTC.UKE）です。";
    /// RECEIPTD.UKE: BU records, or RE of 30 columns.
    DpcFile, "dpc-file", Error, "DPC（RECEIPTD.UKE）のレセプトです。医科入院外のレセプト（RECEIPTC.UKE）を出力して送ってください。";
    /// 労災 or アフターケア.
    WorkersAccidentFile, "workers-accident-file", Error, "労災・アフターケアのレセプトです。社保または国保のレセプト（RECEIPTC.UKE）を送ってください。";
    /// A file of returned claims, from the payer to the clinic.
    ReturnedFile, "returned-file", Error, "審査支払機関から返ってきた返戻ファイル（HENなど）です。レセコンで再請求を作成し、請求用のRECEIPTC.UKEを送ってください。";
    /// A 点数表 that no specification names.
    UnknownFeeTable, "unknown-fee-table", Error, "IRレコードの点数表の区分が医科（1）ではありません。医科のレセプト（RECEIPTC.UKE）を出力して送ってください。";
    /// Records before any IR.
    HeaderMissing, "header-missing", Error, "先頭のIR（医療機関情報）がありません。ファイルの一部だけになっていないか確かめ、レセコンから出力し直してください。";
    /// IR column 2 is neither 1 nor 2.
    PayerUnreadable, "payer-unreadable", Error, "IRの審査支払機関が社保（1）でも国保（2）でもありません。レセコンから出力し直してください。";
    /// IR column 5 is not seven digits.
    ClinicCodeUnreadable, "clinic-code-unreadable", Error, "IRの医療機関コードが7桁の数字ではありません。レセコンの医療機関設定を確かめ、出力し直してください。";
    /// IR column 8 is no month.
    ClaimMonthUnreadable, "claim-month-unreadable", Error, "IRの請求年月が読み取れません。レセコンから出力し直してください。";
    /// The claim month lies ahead of the day of import.
    ClaimMonthInFuture, "claim-month-in-future", Error, "請求年月が未来の月です。レセコンの日付と請求年月を確かめ、出力し直してください。";
    /// Another clinic's file.
    OtherClinic, "other-clinic", Error, "別の医療機関のレセプトです（医療機関コードが登録と違います）。自院のファイルを選び直してください。";
    /// No GO: the file was cut short.
    FooterMissing, "footer-missing", Error, "最後のGO（診療報酬請求書）がありません。ファイルが途中で切れています。レセコンから出力し直してください。";
    /// GO's 総件数 is not the number of HO and KO.
    FooterCountDiffers, "footer-count-differs", Error, "GOの総件数が、実際の件数（保険と公費の合計）と合いません。ファイルが欠けていないか確かめ、出力し直してください。";
    /// GO's 総合計点数 is not the sum of the receipts' points.
    FooterPointsDiffer, "footer-points-differ", Error, "GOの総合計点数が、レセプトの点数の合計と合いません。ファイルが欠けていないか確かめ、出力し直してください。";
    /// GO's totals or its volume cannot be read.
    FooterUnreadable, "footer-unreadable", Error, "GOの総件数、総合計点数またはマルチボリューム識別情報（99）が読み取れません。ファイルが途中で切れていないか確かめ、出力し直してください。";
    /// Records between GO and the next IR.
    RecordsAfterFooter, "records-after-footer", Error, "GOの後にレコードが続いています。複数のファイルをつないだ場合は、元のファイルを別々に送ってください。";
    /// RE column 4 is no month.
    ReceiptMonthUnreadable, "receipt-month-unreadable", Error, "REの診療年月が読み取れません。レセコンでこのレセプトを確かめ、出力し直してください。";
    /// The month of treatment lies after the month of claim.
    ReceiptMonthAfterClaim, "receipt-month-after-claim", Error, "REの診療年月が請求年月より後です。レセコンでこのレセプトを確かめ、出力し直してください。";
    /// A line over 64 KB.
    LineTooLong, "line-too-long", Error, "1行が64KBを超えています。ファイルが壊れているおそれがあります。レセコンから出力し直してください。";
    /// The month of treatment is the month of claim.
    ReceiptMonthIsClaimMonth, "receipt-month-is-claim-month", Warning, "REの診療年月が請求年月と同じです。診療年月が正しいか確かめてください。";
    /// The month of treatment lies more than five years before the claim.
    ReceiptMonthVeryOld, "receipt-month-very-old", Warning, "REの診療年月が請求年月の5年より前です。診療年月が正しいか確かめてください。";
    /// RE column 2 occurs twice in a part.
    ReceiptNumberRepeated, "receipt-number-repeated", Warning, "同じレセプト番号が2度使われています。同じレセプトが二重に入っていないか確かめてください。";
    /// RE column 3 is no type of 医科.
    ReceiptTypeUnreadable, "receipt-type-unreadable", Warning, "REのレセプト種別が医科の種別ではありません。保険種別の条件には使われません。";
    /// RE column 6 is neither 1 nor 2.
    SexUnreadable, "sex-unreadable", Warning, "REの男女区分が読み取れません。性別の条件には使われません。";
    /// RE column 7 is no date.
    BirthDateUnreadable, "birth-date-unreadable", Warning, "REの生年月日が読み取れません。年齢の条件には使われません。";
    /// A payer's points are not the sum of its rows.
    PayerTotalDiffers, "payer-total-differs", Warning, "合計点数が、明細の点数×回数の合計と合いません。レセコンでこのレセプトを確かめてください。";
    /// A receipt without HO and KO.
    CoverageMissing, "coverage-missing", Warning, "保険（HO）も公費（KO）もないレセプトです。レセコンでこのレセプトを確かめてください。";
    /// A number that is none, is negative or is longer than its column.
    NumberUnreadable, "number-unreadable", Warning, "数字の項目が読み取れないか、桁数を超えています。レセコンでこのレセプトを確かめてください。";
    /// A date that is none.
    DateUnreadable, "date-unreadable", Warning, "日付の項目が読み取れません。この日付は使われません。";
    /// A code that is no number of the right length.
    CodeUnreadable, "code-unreadable", Warning, "コードの項目が読み取れません。この行は病名・診療行為・医薬品の条件には使われません。";
    /// 負担区分 outside table 21.
    BurdenUnreadable, "burden-unreadable", Warning, "負担区分が別表21にありません。この行の点数は点検に使われません。";
    /// A day that the month lacks.
    DayOutsideMonth, "day-outside-month", Warning, "その月にない日に回数が入っています。その日は受診日に数えません。";
    /// More columns than the layout has.
    ExtraColumns, "extra-columns", Warning, "列が仕様より多い行です（氏名などにカンマが含まれると列がずれます）。レセコンでこのレセプトを確かめてください。";
    /// A row of a receipt before the first RE.
    RowOutsideReceipt, "row-outside-receipt", Warning, "RE（レセプト共通）より前にある明細の行です。この行は使われません。";
    /// Bytes that are no character; kept as U+FFFD.
    BrokenBytes, "broken-bytes", Warning, "文字として読めないバイトがあります（「�」と表示します）。氏名などが正しいか確かめてください。";
    /// User-defined characters; kept in the private use area.
    UserDefinedCharacters, "user-defined-characters", Info, "外字が使われています。別の端末では表示できないことがあります。";
    /// Saved again as UTF-8.
    Utf8File, "utf8-file", Info, "UTF-8で保存し直されたファイルとして読みました。";
    /// Saved again as EUC-JP.
    EucJpFile, "euc-jp-file", Info, "EUC-JPで保存し直されたファイルとして読みました。";
    /// Rows that a payer put before a claim made again.
    HistoryRows, "history-rows", Info, "返戻の履歴の行は二重に数えないよう読み飛ばしました。";
    /// A record type no specification at hand names.
    UnknownRecords, "unknown-records", Info, "仕様にない種類のレコードは数えるだけにしました。";
    /// The totals of a claim in several volumes stand in the last volume for all of them.
    VolumeTotalsNotChecked, "volume-totals-not-checked", Info, "分冊の最後のファイルです。総件数と総合計点数は全分冊の合計のため、このファイルだけでは照合していません。";
    /// More issues of one kind than are listed.
    MoreIssues, "more-issues", Info, "同じ種類の指摘がほかにもあります。";
}

impl Serialize for IssueCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How many issues of one code a part lists; the rest is counted.
const LISTED_PER_CODE: usize = 100;

/// The issues of a part while it is read.
#[derive(Debug, Default)]
pub(crate) struct Issues {
    listed: Vec<Issue>,
    counts: std::collections::BTreeMap<IssueCode, usize>,
}

impl Issues {
    /// Adds an issue with facts of its own.
    pub(crate) fn add_with_facts(&mut self, line: u64, code: IssueCode, facts: &str) {
        if self.count(code) {
            self.listed.push(Issue::with_facts(line, code, facts));
        }
    }

    pub(crate) fn add(&mut self, line: u64, code: IssueCode) {
        if self.count(code) {
            self.listed.push(Issue::new(line, code));
        }
    }

    /// Counts an issue. Returns whether it is to be listed.
    fn count(&mut self, code: IssueCode) -> bool {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        *count <= LISTED_PER_CODE
    }

    pub(crate) fn once(&mut self, line: u64, code: IssueCode) {
        if !self.counts.contains_key(&code) {
            self.add(line, code);
        }
    }

    pub(crate) fn finish(self, last_line: u64) -> Vec<Issue> {
        let mut listed = self.listed;
        for (code, count) in self.counts {
            if count > LISTED_PER_CODE {
                let facts = format!("{}: ほかに{}件", code.as_str(), count - LISTED_PER_CODE);
                listed.push(Issue {
                    severity: code.severity(),
                    ..Issue::with_facts(last_line, IssueCode::MoreIssues, &facts)
                });
            }
        }
        listed.sort_by_key(|it| it.line);
        listed
    }
}
