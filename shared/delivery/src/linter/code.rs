use serde::{Serialize, Serializer};

/// How much a [`crate::Lint`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LintSeverity {
    /// Not sent.
    Error,
    /// Sent once somebody has read it.
    Warning,
    /// Good to know.
    Info,
}

macro_rules! lint_codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $severity:ident, $advice:literal;)*) => {
        /// What a [`crate::Lint`] is about. The text of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LintCode { $($(#[$doc])* $name,)* }

        impl LintCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> LintSeverity {
                match self { $(Self::$name => LintSeverity::$severity,)* }
            }

            /// What is wrong and what to do, in a Japanese sentence.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

lint_codes! {
    /// A disease or drug where others see it: 件名, or the first 40 characters of 本文.
    SensitiveOnLockScreen, "sensitive-on-lock-screen", Error, "病名または薬の名前が、スマートフォンのロック画面に出る所（件名と本文の先頭40文字）にあります。返信ページを開いてから読める書き方に変えてください。";
    /// 本文 does not say who sends.
    ClinicNameMissing, "clinic-name-missing", Error, "本文に医療機関名がありません。{医療機関名}を入れてください。";
    /// The page would not say whom to ask.
    ContactMissing, "contact-missing", Error, "問い合わせ先（住所と電話番号など）が登録されていません。配信の設定に登録してください。メッセージのページに表示されます。";
    /// 本文 does not say how to refuse.
    OptOutMissing, "opt-out-missing", Error, "配信停止の案内がありません。「配信停止はリンク先で手続きできます」のような文を入れてください。";
    /// More than one part of SMS.
    SmsParts, "sms-parts", Warning, "SMSで2通分以上の料金がかかります。本文を70文字以内（リンクを含む）にしてください。";
    /// More than SMS takes at all.
    SmsTooLong, "sms-too-long", Error, "SMSで送れる長さを超えています。本文を短くしてください。";
    /// A link to a host that is not the clinic's.
    ForeignUrl, "foreign-url", Error, "登録されていないサイトへのリンクがあります。リンクを消すか、医療機関のサイトとして登録してください。";
    /// A link that hides where it leads.
    ShortUrl, "short-url", Error, "短縮URLは詐欺と見分けがつきません。元のURLを書いてください。";
    /// `http:`.
    InsecureUrl, "insecure-url", Error, "暗号化されないリンク（http:）があります。https:で始まるURLにしてください。";
    /// SMS and LINE.
    ManyLinks, "many-links", Warning, "リンクが2つ以上あります。迷惑メッセージと見なされやすくなるため、1つにしてください。";
    /// ｶﾅ.
    HalfWidthKana, "half-width-kana", Warning, "半角カタカナは、受け取る機種によって文字化けします。全角で書いてください。";
    /// ①, ㈱, 𠮷, emoji and such.
    MachineDependent, "machine-dependent", Info, "機種依存文字（丸数字、㈱、絵文字など）は、古い機種では表示されないことがあります。";
    /// Mail.
    SubjectEmpty, "subject-empty", Error, "件名がありません。";
    /// Mail.
    SubjectLong, "subject-long", Warning, "件名が長すぎて途中で切れます。全角39文字（半角78文字）以内にしてください。";
    /// Nothing to read.
    BodyEmpty, "body-empty", Error, "本文がありません。";
    /// `｛患者氏名｝` or `{{患者氏名}}`: the patient would read the tag.
    TagAsText, "tag-as-text", Warning, "差し込みの書き方が違うため、このまま文字として送られます。半角の{と}を1つずつ使ってください。";
}

impl Serialize for LintCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
