use serde::{Serialize, Serializer};

use super::Severity;

macro_rules! issue_codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $severity:ident, $advice:literal;)*) => {
        /// What an [`crate::Issue`] is about. The text of a code never changes its meaning.
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
    /// The name begins with no kind of the standard, or ends in neither `.CSV` nor `.jpg`.
    NameUnknown, "name-unknown", Error, "ケアプランデータ連携のファイル名ではありません。介護ソフトが出力した名前のまま送ってください。";
    /// Too few or too many parts.
    NameParts, "name-parts", Error, "ファイル名の項目の数が標準仕様と合いません。介護ソフトが出力した名前のまま送ってください。";
    /// A month where the kind has none.
    NameMonthUnexpected, "name-month-unexpected", Error, "この種類のファイル名に年月は入りません。介護ソフトから出力し直してください。";
    /// The month does not exist, or is `000000` where it may not.
    NameMonth, "name-month", Error, "ファイル名の対象年月が正しくありません（000000は、計画書と送る利用者補足情報だけに使えます）。介護ソフトから出力し直してください。";
    /// A part that should be an office is none.
    NameOffice, "name-office", Error, "ファイル名の事業所番号が10桁の番号ではありません。介護ソフトの事業所番号の設定を確かめ、出力し直してください。";
    /// A part that should be a service type is none.
    NameServiceType, "name-service-type", Error, "ファイル名のサービス種類が2桁の英数字ではありません。介護ソフトから出力し直してください。";
    /// The 14 digits are no time.
    NameSerial, "name-serial", Error, "ファイル名の出力年月日時（14桁）が正しくありません。介護ソフトが出力した名前のまま送ってください。";
    /// A kind of version 4 under a name of version 3.
    NameNotInVersion, "name-not-in-version", Error, "この種類のファイルは第4版からのものですが、ファイル名が第3版の形（サービス種類なし）です。介護ソフトから出力し直してください。";
    /// A service type of three characters, as version 4.0 wrote it.
    NameServiceTypeLong, "name-service-type-long", Warning, "ファイル名のサービス種類が3桁です（第4.0版の書き方）。受け取る側で読めないことがあるため、介護ソフトを最新の版にしてください。";
    /// Nine digits, or a check digit that does not fit.
    NameOfficeCheckDigit, "name-office-check-digit", Warning, "ファイル名の事業所番号の桁数か検査数字が合いません。番号に誤りがないか確かめてください。";
    /// Who sends what: the types fit the other direction, or no direction.
    NameServiceTypeRole, "name-service-type-role", Warning, "ファイル名のサービス種類が、この種類のファイルの送信元・送信先の役割と合いません。送信元と送信先が逆でないか確かめてください。";
    /// A type that takes no part in the exchange.
    NameServiceExcluded, "name-service-excluded", Error, "ファイル名のサービス種類は、ケアプランデータ連携の対象外です。送信元と送信先のサービス種類を確かめてください。";
    /// 送信元 is 送信先.
    SameOffice, "same-office", Error, "送信元と送信先が同じ事業所番号です。送信先を確かめ、出力し直してください。";

    /// Not one byte.
    EmptyFile, "empty-file", Error, "ファイルの中身がありません（0バイト）。介護ソフトから出力し直してください。";
    /// Nothing but blank lines.
    NoRows, "no-rows", Error, "記録が1件もありません。介護ソフトから出力し直してください。";
    /// UTF-8 or UTF-16: a file that was opened and saved by another program.
    OtherEncoding, "other-encoding", Error, "文字コードがシフトJIS（Windows-31J）ではありません。ほかのソフトで開いて保存し直さず、介護ソフトが出力したままのファイルを送ってください。";
    /// A picture that is no JPEG.
    PictureNotJpeg, "picture-not-jpeg", Error, "家族構成図がJPEG形式の画像ではありません。JPEG形式で保存し直してください。";
    /// More lines than any office's month has.
    TooManyRows, "too-many-rows", Error, "行数が多すぎます（30万行まで）。ファイルが壊れていないか確かめ、介護ソフトから出力し直してください。";
    /// A quote that is not closed.
    QuoteOpen, "quote-open", Error, "引用符（\"）が閉じられていません。ファイルが途中で切れていないか確かめ、介護ソフトから出力し直してください。";
    /// A quote where none may be.
    QuoteMisplaced, "quote-misplaced", Error, "引用符（\"）の位置が正しくありません。文中の引用符は二重（\"\"）にし、全体を引用符で囲んで出力し直してください。";
    /// Free text without quotes; told once a file.
    TextUnquoted, "text-unquoted", Warning, "文章の項目が引用符（\"）で囲まれていません。受け取る側で読めないことがあるため、介護ソフトの出力の設定を確かめてください。";
    /// Lines with nothing on them before the last record; told once for lines that follow each other.
    BlankLine, "blank-line", Warning, "途中に空の行があります。記録が抜けていないか確かめてください。";
    /// Too few or too many cells; nothing else of the record is checked.
    ColumnCount, "column-count", Error, "項目の数が標準仕様と合いません。介護ソフトの版を確かめ、出力し直してください。";

    /// Bytes that are no character of Windows-31J.
    CharacterUnreadable, "character-unreadable", Error, "シフトJIS（Windows-31J）として読めない文字があります。介護ソフトでこの項目の文字を確かめてください。";
    /// A character that only the machine it was made on can show.
    Gaiji, "gaiji", Error, "外字があります。ほかの事業所では表示できないため、通常の漢字かかなに置き換えてください。";
    /// A control character other than TAB and line ends.
    ControlCharacter, "control-character", Error, "見えない制御文字があります。介護ソフトでこの項目を入力し直してください。";
    /// More characters than the item takes.
    TooLong, "too-long", Error, "文字数が標準仕様の上限を超えています。介護ソフトでこの項目を確かめてください。";
    /// A required item is blank.
    RequiredMissing, "required-missing", Error, "必須の項目が空です。介護ソフトでこの項目を入力し、出力し直してください。";
    /// An item is blank that very likely is required.
    LikelyRequiredMissing, "likely-required-missing", Warning, "必須と思われる項目が空です。受け取る側で取り込めないことがあるため、入力を確かめてください。";

    /// CSVバージョン is no `YYYYMM`.
    VersionMalformed, "version-malformed", Error, "CSVバージョンがYYYYMMの6桁ではありません。介護ソフトから出力し直してください。";
    /// A CSVバージョン that the standard does not list.
    VersionUnknown, "version-unknown", Warning, "CSVバージョンが標準仕様にない値です。受け取る側で取り込めないことがあるため、介護ソフトの版を確かめてください。";
    /// A CSVバージョン of the other form of names.
    VersionNotOfName, "version-not-of-name", Warning, "CSVバージョンとファイル名の形（サービス種類の有無）の版が違います。ファイル名の形に従って読みます。介護ソフトの出力の設定を確かめてください。";
    /// Several versions in a file.
    VersionMixed, "version-mixed", Error, "CSVバージョンが最初の記録と違います。1つのファイルは1つの版で出力してください。";
    /// 保険者番号 is not of six digits.
    InsurerMalformed, "insurer-malformed", Error, "保険者番号が6桁の数字ではありません。介護ソフトの利用者の登録を確かめてください。";
    /// The check digit of a 保険者番号 does not fit.
    InsurerCheckDigit, "insurer-check-digit", Warning, "保険者番号の検査数字が合いません。被保険者証の番号と同じか確かめてください。";
    /// 被保険者番号 is neither ten digits nor `H` and nine.
    InsuredMalformed, "insured-malformed", Error, "被保険者番号が10桁の数字（またはHと9桁の数字）ではありません。介護ソフトの利用者の登録を確かめてください。";
    /// 被保険者番号 of nine digits.
    InsuredNineDigits, "insured-nine-digits", Warning, "被保険者番号が9桁です。先頭の0が落ちていないか、被保険者証と見比べてください。";
    /// A day that does not exist.
    DateInvalid, "date-invalid", Error, "日付がYYYYMMDDの8桁の、ある日付ではありません。介護ソフトでこの項目を確かめてください。";
    /// A month that does not exist.
    MonthInvalid, "month-invalid", Error, "年月がYYYYMMの6桁の、ある年月ではありません。介護ソフトでこの項目を確かめてください。";
    /// A supplement whose dates are those of the other use.
    SupplementMode, "supplement-mode", Error, "利用者補足情報の日付がファイル名と合いません。計画書と送るものは対象年月を000000、利用票と送るものは計画作成（変更）日を00000000にして出力してください。";
    /// A time that does not exist.
    TimeInvalid, "time-invalid", Error, "時刻がHHMMの4桁の、ある時刻ではありません。介護ソフトでこの項目を確かめてください。";
    /// A post code in another form.
    PostcodeMalformed, "postcode-malformed", Warning, "郵便番号がXXX-XXXXの形ではありません。介護ソフトでこの項目を確かめてください。";
    /// A code its table does not have.
    CodeUnknown, "code-unknown", Error, "コード表にないコードです。介護ソフトでこの項目を選び直してください。";
    /// 事業所番号 is malformed.
    OfficeMalformed, "office-malformed", Error, "事業所番号が10桁の番号ではありません。介護ソフトの事業所の登録を確かめてください。";
    /// 事業所番号 of nine digits, or a check digit that does not fit.
    OfficeCheckDigit, "office-check-digit", Warning, "事業所番号の桁数か検査数字が合いません。番号に誤りがないか確かめてください。";
    /// サービス種類 is malformed.
    ServiceTypeMalformed, "service-type-malformed", Error, "サービス種類が2桁の英数字ではありません。介護ソフトでこの項目を確かめてください。";
    /// サービスコード is malformed.
    ServiceCodeMalformed, "service-code-malformed", Error, "サービスコードが6桁の英数字ではありません。介護ソフトでこの項目を確かめてください。";
    /// A service type the standard does not name, in a cell or in the name of the file.
    ServiceTypeUnknown, "service-type-unknown", Warning, "標準仕様の一覧にないサービス種類です。コードに誤りがないか確かめてください。";
    /// A row of a service that takes no part in the exchange.
    ServiceExcluded, "service-excluded", Error, "ケアプランデータ連携の対象外のサービスの行です。この行を除いて出力し直してください。";
    /// 日割対象日 is not of 31 zeros and ones.
    DaysMalformed, "days-malformed", Error, "日割対象日が0と1の31桁ではありません。介護ソフトから出力し直してください。";
    /// No number.
    NumberMalformed, "number-malformed", Error, "半角の数値ではありません。介護ソフトでこの項目を確かめてください。";
    /// A number of order outside 1 to 99.
    OrderNumberMalformed, "order-number-malformed", Error, "番号が1から99の半角の数字ではありません。介護ソフトから出力し直してください。";
    /// 課題NO, 援助目標NO or 援助内容NO is blank.
    OrderNumberMissing, "order-number-missing", Warning, "第2表の番号（課題NO・援助目標NO・援助内容NO）が空です。受け取る側で順序が変わることがあるため、入力を確かめてください。";
    /// Characters beyond ASCII where a code or a telephone number stands.
    NotHalfWidth, "not-half-width", Warning, "半角の英数字・記号ではない文字があります。介護ソフトでこの項目を半角で入力し直してください。";

    /// A user twice in sheet 1 or in the supplement.
    UserTwice, "user-twice", Error, "同じ利用者の同じ計画（または対象年月）の記録が2件あります。どちらかを除いて出力し直してください。";
    /// The numbers of a row of sheet 2 twice.
    Sheet2Twice, "sheet2-twice", Error, "第2表に、課題NO・援助目標NO・援助内容NOがすべて同じ行があります。番号を付け直してください。";
    /// Two texts for one 課題NO, or for one 援助目標NO.
    Sheet2TextDiffers, "sheet2-text-differs", Error, "第2表に、同じ番号で文章の違う課題（または長期目標）があります。番号か文章を直してください。";
    /// A 課題NO whose 課題 is blank in all its rows.
    Sheet2TextMissing, "sheet2-text-missing", Warning, "第2表の課題の文章が、その課題NOのどの行にもありません。入力を確かめてください。";
    /// A row of sheet 3 that is nothing, or several things at once.
    Sheet3RowKind, "sheet3-row-kind", Error, "第3表の行は、介護サービス・日常生活上の活動・週単位以外のサービスのどれか1つにしてください。";
    /// A service on a day outside 対象年月.
    DateOutsideMonth, "date-outside-month", Error, "サービス利用日が対象年月の日ではありません。介護ソフトで利用票を確かめてください。";
    /// 対象年月 is another than in the name of the file.
    MonthNotOfName, "month-not-of-name", Error, "対象年月がファイル名の年月と違います。1つのファイルは1か月分で出力してください。";
    /// Equipment on loan without TAISコード and 届出コード.
    EquipmentCodeMissing, "equipment-code-missing", Error, "福祉用具貸与の行に、TAISコードも福祉用具届出コードもありません。どちらかを入力してください。";
    /// 明細判別コード where nothing is on loan.
    DetailCodeUnexpected, "detail-code-unexpected", Warning, "明細判別コードは福祉用具貸与の行だけに使います。入力を確かめてください。";
    /// The same service of the same office at the same time twice.
    ServiceTwice, "service-twice", Warning, "同じ日・時刻・サービス・事業所の行が2つあります。重ねて入力していないか確かめてください。";
    /// A user of sheet 7 without a row of totals.
    TotalMissing, "total-missing", Error, "第7表に、この利用者の合計行（サービスコード999999、事業所9999999999）がありません。介護ソフトから出力し直してください。";
    /// A user of sheet 7 with two rows of totals.
    TotalTwice, "total-twice", Error, "第7表に、この利用者の合計行が2つあります。介護ソフトから出力し直してください。";
    /// Several services of one type and office without a row of their sum.
    SubtotalMissing, "subtotal-missing", Error, "第7表に、同じ事業所・サービス種類の行が2つ以上ありますが、小計行（種類＋AAAA）がありません。介護ソフトから出力し直してください。";
    /// 給付管理単位数 of a subtotal is not the sum of its services.
    SubtotalDiffers, "subtotal-differs", Error, "第7表の小計行の給付管理単位数が、明細の合計と合いません。介護ソフトで第7表を計算し直してください。";
    /// 給付管理単位数 of the total is not the sum of all services.
    TotalDiffers, "total-differs", Error, "第7表の合計行の給付管理単位数が、明細の合計と合いません。介護ソフトで第7表を計算し直してください。";

    /// A unit without all of its files.
    UnitFileMissing, "unit-file-missing", Error, "一緒に送るファイルがそろっていません。足りないファイルを同じファイル連番で出力し、一緒に送ってください。";
    /// A unit with two files of one kind.
    UnitFileTwice, "unit-file-twice", Error, "同じ種類のファイルが、1つの送信の中に2つあります。どちらかを除いてください。";
    /// A user and plan date, or month, that another file of the unit lacks.
    UnitRecordMissing, "unit-record-missing", Error, "この記録と同じ利用者・同じ計画作成（変更）日（または対象年月）の記録が、一緒に送るファイルにありません。介護ソフトから全部のファイルを出力し直してください。";
    /// A user none of whose services is the receiver's.
    UserUnrelated, "user-unrelated", Error, "送信先の事業所のサービスが1つもない利用者です。無関係な事業所に個人情報を送らないよう、送信先を確かめ、この利用者を除いてください。";
    /// A user whose plan names no office at all.
    UserWithoutOffice, "user-without-office", Warning, "この利用者の第2表に事業所番号が1つもないため、送信先と関係があるか確かめられません。送信先を確かめてください。";
    /// 実績 of a user whose plan another office makes.
    PlannerUnrelated, "planner-unrelated", Error, "プラン担当業者が送信先の事業所ではない利用者の実績です。無関係な事業所に個人情報を送らないよう、送信先を確かめてください。";
    /// 実績 of another office than the sender.
    ActualsOfOther, "actuals-of-other", Warning, "送信元ではない事業所の実績です。送信元の事業所番号を確かめてください。";

    /// More than 100 issues of one code.
    MoreIssues, "more-issues", Warning, "同じ種類の指摘がほかにもあります。";
}

impl Serialize for IssueCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
