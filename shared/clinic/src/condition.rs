use receipt::Sex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Who belongs to a group. In JSON one key: `{"all":[…]}`, `{"any":[…]}`, `{"not":{…}}` or a leaf;
/// unknown keys are errors. A list means any of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every condition holds; true when there is none.
    All(Vec<Condition>),
    /// Some condition holds; false when there is none.
    Any(Vec<Condition>),
    /// The condition does not hold.
    Not(Box<Condition>),
    /// 病名.
    Disease(DiseaseCondition),
    /// 診療行為.
    Procedure(ProcedureCondition),
    /// 医薬品.
    Drug(DrugCondition),
    /// 保険種別 of the newest receipt.
    Insurance(Vec<crate::Insurance>),
    /// 年齢: years completed.
    Age(AgeCondition),
    /// 性別.
    Sex(Sex),
    /// 主訴 of the newest questionnaire.
    ChiefComplaint(AnswerCondition),
    /// 既往歴 of the newest questionnaire.
    PastHistory(AnswerCondition),
}

/// How far conditions on receipts look back unless they say so: calendar months, the last of them
/// that of the day asked for.
const WITHIN_MONTHS: u16 = 12;

fn within_months() -> u16 {
    WITHIN_MONTHS
}

fn is_default_window(within_months: &u16) -> bool {
    *within_months == WITHIN_MONTHS
}

/// A code of seven or nine digits, written as text in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code<const DIGITS: usize>(
    /// The code as a number.
    pub u32,
);

impl<const DIGITS: usize> Serialize for Code<DIGITS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:0DIGITS$}", self.0))
    }
}

impl<'de, const DIGITS: usize> Deserialize<'de> for Code<DIGITS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_code = text.len() == DIGITS && text.bytes().all(|it| it.is_ascii_digit());
        let code = text.parse().ok().filter(|_| is_code);
        code.map(Self).ok_or_else(|| serde::de::Error::custom(format_args!("コードは{DIGITS}桁の数字です")))
    }
}

/// Some disease that is neither suspected nor ended in its newest month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiseaseCondition {
    /// 傷病名コード.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code<7>>,
    /// Beginnings of ICD-10 codes, without dots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub icd10: Vec<String>,
    /// Calendar months looked at, the last that of the day asked for.
    #[serde(default = "within_months", skip_serializing_if = "is_default_window")]
    pub within_months: u16,
}

/// Some procedure that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureCondition {
    /// 診療行為コード.
    pub codes: Vec<Code<9>>,
    /// Calendar months looked at, the last that of the day asked for.
    #[serde(default = "within_months", skip_serializing_if = "is_default_window")]
    pub within_months: u16,
}

/// Some drug that was prescribed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugCondition {
    /// 医薬品コード.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code<9>>,
    /// Beginnings of the 12-digit code of the price list; four digits are a class of effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price_list: Vec<String>,
    /// Calendar months looked at, the last that of the day asked for.
    #[serde(default = "within_months", skip_serializing_if = "is_default_window")]
    pub within_months: u16,
}

/// An age in completed years, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeCondition {
    /// The youngest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u8>,
    /// The oldest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u8>,
}

/// An answer that contains one of some words, folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCondition {
    /// The words.
    pub contains: Vec<String>,
}

/// What conditions need beside receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// `icd10` of a disease.
    pub disease_master: bool,
    /// `price_list` of a drug.
    pub drug_master: bool,
    /// `chief_complaint` or `past_history`.
    pub questionnaires: bool,
}

impl Needs {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            disease_master: self.disease_master || other.disease_master,
            drug_master: self.drug_master || other.drug_master,
            questionnaires: self.questionnaires || other.questionnaires,
        }
    }
}

/// How deep conditions may nest; deeper ones nobody can read.
const MAX_DEPTH: usize = 16;

impl Condition {
    /// What the condition needs beside receipts.
    pub fn needs(&self) -> Needs {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().fold(Needs::default(), |needs, it| needs.and(it.needs()))
            }
            Self::Not(condition) => condition.needs(),
            Self::Disease(disease) => Needs { disease_master: !disease.icd10.is_empty(), ..Needs::default() },
            Self::Drug(drug) => Needs { drug_master: !drug.price_list.is_empty(), ..Needs::default() },
            Self::ChiefComplaint(_) | Self::PastHistory(_) => Needs { questionnaires: true, ..Needs::default() },
            Self::Procedure(_) | Self::Insurance(_) | Self::Age(_) | Self::Sex(_) => Needs::default(),
        }
    }

    /// Checks what the form alone does not show.
    ///
    /// # Errors
    ///
    /// A Japanese sentence that says what to change.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.check_at(0)
    }

    fn check_at(&self, depth: usize) -> Result<(), String> {
        let window = |months: u16| match months {
            1..=120 => Ok(()),
            _ => Err("within_monthsは1から120にしてください。".to_owned()),
        };
        let listed = |is_empty: bool, what: &str| match is_empty {
            true => Err(format!("{what}を1つ以上指定してください。")),
            false => Ok(()),
        };
        if depth > MAX_DEPTH {
            return Err(format!("条件の入れ子は{MAX_DEPTH}段までにしてください。"));
        }
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().try_for_each(|it| it.check_at(depth + 1))
            }
            Self::Not(condition) => condition.check_at(depth + 1),
            Self::Disease(disease) => {
                listed(disease.codes.is_empty() && disease.icd10.is_empty(), "diseaseのcodesまたはicd10")?;
                prefixes(&disease.icd10, "icd10")?;
                window(disease.within_months)
            }
            Self::Procedure(procedure) => {
                listed(procedure.codes.is_empty(), "procedureのcodes")?;
                window(procedure.within_months)
            }
            Self::Drug(drug) => {
                listed(drug.codes.is_empty() && drug.price_list.is_empty(), "drugのcodesまたはprice_list")?;
                prefixes(&drug.price_list, "price_list")?;
                window(drug.within_months)
            }
            Self::Insurance(insurances) => listed(insurances.is_empty(), "insurance"),
            Self::Age(AgeCondition { min: None, max: None }) => Err("ageのminかmaxを指定してください。".to_owned()),
            Self::Age(AgeCondition { min: Some(min), max: Some(max) }) if min > max => {
                Err("ageのminはmax以下にしてください。".to_owned())
            }
            Self::Age(_) | Self::Sex(_) => Ok(()),
            Self::ChiefComplaint(answer) | Self::PastHistory(answer) => {
                listed(answer.contains.iter().all(|it| japan::fold(it).is_empty()), "contains")?;
                listed(answer.contains.iter().any(|it| japan::fold(it).is_empty()), "containsの言葉")
            }
        }
    }
}

fn prefixes(prefixes: &[String], what: &str) -> Result<(), String> {
    let is_prefix = |it: &String| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
    match prefixes.iter().all(is_prefix) {
        true => Ok(()),
        false => Err(format!("{what}は点を除いた半角の英数字で指定してください（例: I10）。")),
    }
}
