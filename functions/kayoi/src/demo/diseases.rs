//! What the patients have and what they take: codes of the national masters of 2024.

/// A chronic disease, how it is looked after, and the drugs for it: a patient takes one, or the first
/// and another.
pub(super) struct Disease {
    pub(super) code: &'static str,
    pub(super) care: Care,
    pub(super) drugs: &'static [Drug],
}

/// The management fee a disease is looked after under.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// 生活習慣病管理料.
    Lifestyle,
    /// 特定疾患療養管理料.
    Specified,
    /// None.
    Plain,
}

/// A drug as it is always prescribed here.
pub(super) struct Drug {
    pub(super) code: &'static str,
    /// What is taken a day; of a drug for outside, all that is handed out.
    pub(super) amount: &'static str,
    pub(super) timing: Timing,
}

/// When a drug is taken. What is taken together is one unit of the claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timing {
    Morning,
    MorningAndEvening,
    EachMeal,
    Bedtime,
    /// Inhaled or stuck on the skin, so not counted in days.
    Outside(&'static str),
}

impl Timing {
    /// The directions as a claim comments on them.
    pub(super) fn directions(self) -> &'static str {
        match self {
            Self::Morning => "１日１回朝食後",
            Self::MorningAndEvening => "１日２回朝夕食後",
            Self::EachMeal => "１日３回毎食後",
            Self::Bedtime => "１日１回就寝前",
            Self::Outside(directions) => directions,
        }
    }
}

const fn drug(code: &'static str, amount: &'static str, timing: Timing) -> Drug {
    Drug { code, amount, timing }
}

/// 高血圧症.
pub(super) const HYPERTENSION: Disease = Disease {
    code: "8833421",
    care: Care::Lifestyle,
    drugs: &[
        drug("620007853", "1", Timing::Morning), // アムロジピン錠５ｍｇ
        drug("622358001", "1", Timing::Morning), // カンデサルタン錠８ｍｇ
        drug("622143501", "1", Timing::Morning), // アジルバ錠２０ｍｇ
        drug("622551601", "1", Timing::Morning), // テルミサルタン錠４０ｍｇ
    ],
};

/// ２型糖尿病.
pub(super) const DIABETES: Disease = Disease {
    code: "2500015",
    care: Care::Lifestyle,
    drugs: &[
        drug("622448601", "2", Timing::MorningAndEvening), // メトホルミン塩酸塩錠５００ｍｇＭＴ
        drug("621951001", "1", Timing::Morning),           // ジャヌビア錠５０ｍｇ
        drug("622401201", "1", Timing::Morning),           // ジャディアンス錠１０ｍｇ
        drug("622341901", "1", Timing::Morning),           // フォシーガ錠５ｍｇ
    ],
};

/// 脂質異常症.
pub(super) const DYSLIPIDAEMIA: Disease = Disease {
    code: "8844446",
    care: Care::Lifestyle,
    drugs: &[
        drug("622808201", "1", Timing::Morning), // エゼチミブ錠１０ｍｇ
        drug("622600601", "1", Timing::Morning), // ロスバスタチン錠２．５ｍｇ
        drug("622143901", "1", Timing::Morning), // アトルバスタチン錠１０ｍｇ
        drug("622276401", "1", Timing::Morning), // ピタバスタチンＣａ錠２ｍｇ
    ],
};

/// 潰瘍性大腸炎, paid for in part under 難病法.
pub(super) const COLITIS: Disease = Disease {
    code: "5569003",
    care: Care::Plain,
    drugs: &[drug("621969902", "6", Timing::EachMeal)], // アサコール錠４００ｍｇ
};

/// 甲状腺機能低下症.
pub(super) const HYPOTHYROIDISM: Disease = Disease {
    code: "8833504",
    care: Care::Specified,
    drugs: &[drug("620515902", "1", Timing::Morning)], // チラーヂンＳ錠５０μｇ
};

/// 心房細動.
pub(super) const ATRIAL_FIBRILLATION: Disease = Disease {
    code: "4273006",
    care: Care::Specified,
    drugs: &[drug("622225001", "2", Timing::MorningAndEvening)], // エリキュース錠５ｍｇ
};

/// What else patients have, and in how many of a hundred.
pub(super) const OTHERS: [(u32, Disease); 11] = [
    (4, HYPOTHYROIDISM),
    (5, ATRIAL_FIBRILLATION),
    // 気管支喘息: レルベア１００エリプタ３０吸入用 or モンテルカスト錠１０ｍｇ.
    (
        7,
        Disease {
            code: "4939008",
            care: Care::Specified,
            drugs: &[
                drug("622375501", "1", Timing::Outside("１日１回１吸入")),
                drug("622528501", "1", Timing::Bedtime),
            ],
        },
    ),
    // 慢性胃炎: レバミピド錠１００ｍｇ.
    (7, Disease { code: "5351003", care: Care::Specified, drugs: &[drug("621949701", "3", Timing::EachMeal)] }),
    // 高尿酸血症: フェブキソスタット錠１０ｍｇ.
    (7, Disease { code: "7906015", care: Care::Plain, drugs: &[drug("622886801", "1", Timing::Morning)] }),
    // 痛風: アロプリノール錠１００ｍｇ.
    (2, Disease { code: "2749004", care: Care::Plain, drugs: &[drug("620856243", "2", Timing::MorningAndEvening)] }),
    // 逆流性食道炎: タケキャブ錠１０ｍｇ.
    (11, Disease { code: "5301002", care: Care::Plain, drugs: &[drug("622404401", "1", Timing::Morning)] }),
    // 不眠症: デエビゴ錠５ｍｇ.
    (11, Disease { code: "8839792", care: Care::Plain, drugs: &[drug("622703201", "1", Timing::Bedtime)] }),
    // 便秘症: 酸化マグネシウム錠３３０ｍｇ.
    (6, Disease { code: "8840042", care: Care::Plain, drugs: &[drug("622361101", "3", Timing::EachMeal)] }),
    // 骨粗鬆症: エルデカルシトールカプセル０．７５μｇ.
    (8, Disease { code: "7330006", care: Care::Plain, drugs: &[drug("622811601", "1", Timing::Morning)] }),
    // アレルギー性鼻炎: フェキソフェナジン塩酸塩錠６０ｍｇ.
    (9, Disease { code: "4779004", care: Care::Plain, drugs: &[drug("622237901", "2", Timing::MorningAndEvening)] }),
];

/// Something that passes, what is prescribed for it and for how many days.
pub(super) struct Illness {
    pub(super) code: &'static str,
    pub(super) drugs: &'static [Drug],
    pub(super) n_days: u32,
}

pub(super) const ILLNESSES: [Illness; 5] = [
    // 急性上気道炎: カロナール錠５００, トラネキサム酸錠２５０ｍｇ.
    Illness {
        code: "4659007",
        drugs: &[drug("622381201", "3", Timing::EachMeal), drug("620806101", "3", Timing::EachMeal)],
        n_days: 5,
    },
    // 急性気管支炎: カルボシステイン錠５００ｍｇ, デキストロメトルファン臭化水素酸塩錠１５ｍｇ.
    Illness {
        code: "4660009",
        drugs: &[drug("621992102", "3", Timing::EachMeal), drug("620374001", "3", Timing::EachMeal)],
        n_days: 7,
    },
    // 急性胃腸炎: ビオフェルミン錠剤.
    Illness { code: "0091009", drugs: &[drug("620000094", "3", Timing::EachMeal)], n_days: 4 },
    // 急性膀胱炎: レボフロキサシン錠５００ｍｇ.
    Illness { code: "5950005", drugs: &[drug("622389501", "1", Timing::Morning)], n_days: 3 },
    // 腰痛症: ロキソプロフェンＮａ錠６０ｍｇ, モーラステープ２０ｍｇ.
    Illness {
        code: "8840829",
        drugs: &[
            drug("620099701", "3", Timing::EachMeal),
            drug("620007805", "28", Timing::Outside("１日１回腰に貼付")),
        ],
        n_days: 7,
    },
];
