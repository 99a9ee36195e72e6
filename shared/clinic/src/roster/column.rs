use super::RosterKind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    ChartNumber,
    Name,
    FamilyName,
    GivenName,
    Kana,
    FamilyKana,
    GivenKana,
    BirthDate,
    Sex,
    Phone,
    Mobile,
    Mail,
    PostalCode,
    Address,
    Consent,
    ConsentDate,
    LastChange,
    BookedDate,
    AttendedDate,
    Time,
    State,
    AnsweredDate,
    ChiefComplaint,
    PastHistory,
    /// What [`super::rejected_csv`] adds; ignored when the file comes back.
    Reason,
}

/// What [`super::rejected_csv`] calls its column.
pub(super) const REASON_HEADER: &str = "取込できなかった理由";

/// What the programs of clinics call each column; compared folded, letters and digits alone.
pub(super) const NAMES: &[(Column, &[&str])] = &[
    (
        Column::ChartNumber,
        &[
            "診察券番号",
            "診察券No",
            "診察券ID",
            "患者番号",
            "患者No",
            "患者ID",
            "患者コード",
            "カルテ番号",
            "カルテNo",
            "カルテID",
            "カルテ番号等",
            "ID",
            "ID番号",
            "PatientID",
            "chart_number",
        ],
    ),
    (
        Column::Name,
        &["氏名", "患者氏名", "患者名", "名前", "お名前", "患者様氏名", "漢字氏名", "氏名漢字", "姓名", "name"],
    ),
    (Column::FamilyName, &["姓", "氏", "苗字", "名字", "患者姓", "姓漢字", "漢字姓"]),
    (Column::GivenName, &["名", "患者名名", "名漢字", "漢字名"]),
    (
        Column::Kana,
        &[
            "フリガナ",
            "カナ",
            "カナ氏名",
            "氏名カナ",
            "患者カナ氏名",
            "患者氏名カナ",
            "患者カナ",
            "患者名カナ",
            "氏名フリガナ",
            "お名前フリガナ",
            "読み",
            "読みがな",
            "ヨミ",
            "kana",
        ],
    ),
    (Column::FamilyKana, &["セイ", "姓カナ", "カナ姓", "姓フリガナ", "苗字カナ"]),
    (Column::GivenKana, &["メイ", "名カナ", "カナ名", "名フリガナ"]),
    (Column::BirthDate, &["生年月日", "誕生日", "患者生年月日", "birth_date", "birthday"]),
    (Column::Sex, &["性別", "患者性別", "男女", "sex"]),
    (
        Column::Phone,
        &[
            "電話番号",
            "電話",
            "TEL",
            "TEL番号",
            "連絡先",
            "連絡先電話番号",
            "自宅電話",
            "自宅電話番号",
            "自宅TEL",
            "固定電話",
            "固定電話番号",
            "患者電話番号",
            "phone",
        ],
    ),
    (
        Column::Mobile,
        &[
            "携帯電話",
            "携帯",
            "携帯番号",
            "携帯電話番号",
            "携帯TEL",
            "携帯連絡先",
            "スマートフォン",
            "スマホ",
            "ケータイ",
            "ケイタイ",
            "SMS",
            "mobile",
        ],
    ),
    (
        Column::Mail,
        &[
            "メールアドレス",
            "メール",
            "Eメール",
            "Eメールアドレス",
            "電子メール",
            "mail",
            "email",
            "e-mail",
            "mail_address",
        ],
    ),
    (Column::PostalCode, &["郵便番号", "〒", "郵便", "自宅郵便番号", "postal_code"]),
    (
        Column::Address,
        &[
            "住所",
            "現住所",
            "自宅住所",
            "患者住所",
            "都道府県",
            "市区町村",
            "町名番地",
            "番地",
            "建物名",
            "住所建物名",
            "address",
        ],
    ),
    (
        Column::Consent,
        &[
            "配信同意",
            "メッセージ同意",
            "メッセージ配信同意",
            "同意",
            "同意有無",
            "同意の有無",
            "連絡同意",
            "配信可否",
            "consent",
        ],
    ),
    (Column::ConsentDate, &["同意日", "配信同意日", "同意取得日", "同意年月日", "consent_date"]),
    (
        Column::LastChange,
        &["最終更新日", "最終更新日時", "更新日", "更新日時", "変更日", "最終変更日", "last_change", "updated_at"],
    ),
    (Column::BookedDate, &["予約日", "予約日時", "予約年月日", "予約日付", "来院予定日", "診察予約日"]),
    (Column::AttendedDate, &["来院日", "来院日時", "来院年月日", "受診日", "受診日時", "受診年月日", "診察日"]),
    (
        Column::Time,
        &["予約時刻", "予約時間", "時刻", "時間", "開始時刻", "開始時間", "予約開始時刻", "来院時刻", "来院時間"],
    ),
    (
        Column::State,
        &[
            "来院状況",
            "ステータス",
            "予約状況",
            "予約ステータス",
            "来院ステータス",
            "受付状況",
            "受付ステータス",
            "状態",
            "状況",
        ],
    ),
    (
        Column::AnsweredDate,
        &["回答日", "回答日時", "記入日", "記入日時", "問診日", "問診日時", "問診回答日", "回答年月日"],
    ),
    (Column::ChiefComplaint, &["主訴", "症状", "来院理由", "受診理由", "来院目的", "ご来院の理由"]),
    (Column::PastHistory, &["既往歴", "既往症", "既往", "持病", "これまでの病気"]),
    (Column::Reason, &[REASON_HEADER]),
];

impl Column {
    /// Whether rows of `kind` are read from it.
    pub(super) fn serves(self, kind: RosterKind) -> bool {
        match self {
            Self::ChartNumber => true,
            Self::BookedDate | Self::AttendedDate | Self::Time | Self::State => kind == RosterKind::Appointments,
            Self::AnsweredDate | Self::ChiefComplaint | Self::PastHistory => kind == RosterKind::Questionnaire,
            Self::Reason => false,
            _ => kind == RosterKind::Patients,
        }
    }

    /// Whether several columns of a file may hold it.
    pub(super) fn may_repeat(self) -> bool {
        matches!(self, Self::Phone | Self::Mobile | Self::Address)
    }
}
