use std::{borrow::Cow, fmt};

use japan::Month;
use serde::{Deserialize, Serialize};

use crate::{Kind, is_prescription_fee, prescription_fee::PRESCRIPTION_FEE_PREFIX, texts::Texts};

/// The modifier codes from which on a modifier follows the disease's name (接尾語); those below
/// precede it.
const FIRST_SUFFIX: u16 = 8000;

/// What the codes of claim files stand for.
///
/// A code may be kept in several versions, because names change. Look-ups answer with the version in
/// force in the month asked for; of two that share a month, the later; and when the month lies
/// outside all of them, the newest.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Codes {
    /// By [`Kind`], each sorted by code, then by `from`.
    pub(crate) tables: [Vec<Entry>; 6],
    pub(crate) texts: Texts,
}

/// One version of one code. The texts are places in [`Texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) code: u32,
    /// The first month in force, packed `yyyymm`, 0 when unknown.
    pub(crate) from: u32,
    /// The last month in force, packed `yyyymm`, [`crate::layout::OPEN`] when there is none.
    pub(crate) until: u32,
    pub(crate) name: u32,
    /// Disease: ICD-10. Procedure, drug and device: unit.
    pub(crate) first: u32,
    /// Disease: the other ICD-10. Drug: price-list code.
    pub(crate) second: u32,
    /// Whether a procedure stands in section F400 of the fee schedule.
    pub(crate) is_f400: bool,
}

/// A disease of the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disease<'a> {
    /// 傷病名基本名称, without modifiers.
    pub name: &'a str,
    icd10: [&'a str; 2],
}

impl<'a> Disease<'a> {
    /// The ICD-10 (2013) codes of master columns 16 and 17, without dots (`E11`, `I10`, `E112`): none,
    /// one, or two.
    pub fn icd10(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.icd10.into_iter().filter(|it| !it.is_empty())
    }
}

/// A procedure or a device of the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedure<'a> {
    /// 省略漢字名称.
    pub name: &'a str,
    /// What its amount counts, such as `枚`; empty when it has none.
    pub unit: &'a str,
}

/// A drug of the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drug<'a> {
    /// 漢字名称.
    pub name: &'a str,
    /// What its amount counts, such as `錠`.
    pub unit: &'a str,
    /// 薬価基準収載医薬品コード, 12 characters of which the first 4 are the therapeutic class; empty for
    /// the few drugs without one.
    pub price_list: &'a str,
}

impl Codes {
    /// A look-up that knows nothing, so that every code is shown as itself.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The disease `code` (7 digits) as of `month`.
    pub fn disease(&self, code: u32, month: Month) -> Option<Disease<'_>> {
        let entry = self.entry(Kind::Disease, code, month)?;
        let icd10 = [self.texts.get(entry.first), self.texts.get(entry.second)];
        Some(Disease { name: self.texts.get(entry.name), icd10 })
    }

    /// The newest name of the modifier `code` (4 digits).
    pub fn modifier(&self, code: u16) -> Option<&str> {
        self.versions(Kind::Modifier, u32::from(code)).last().map(|it| self.texts.get(it.name))
    }

    /// The procedure `code` (9 digits) as of `month`.
    pub fn procedure(&self, code: u32, month: Month) -> Option<Procedure<'_>> {
        let entry = self.entry(Kind::Procedure, code, month)?;
        Some(Procedure { name: self.texts.get(entry.name), unit: self.texts.get(entry.first) })
    }

    /// The drug `code` (9 digits) as of `month`.
    pub fn drug(&self, code: u32, month: Month) -> Option<Drug<'_>> {
        let entry = self.entry(Kind::Drug, code, month)?;
        Some(Drug {
            name: self.texts.get(entry.name),
            unit: self.texts.get(entry.first),
            price_list: self.texts.get(entry.second),
        })
    }

    /// The device (特定器材) `code` (9 digits) as of `month`.
    pub fn device(&self, code: u32, month: Month) -> Option<Procedure<'_>> {
        let entry = self.entry(Kind::Device, code, month)?;
        Some(Procedure { name: self.texts.get(entry.name), unit: self.texts.get(entry.first) })
    }

    /// The fixed text of the comment `code` (9 digits) as of `month`. The codes for free text, such as
    /// 810000001, have none.
    pub fn comment(&self, code: u32, month: Month) -> Option<&str> {
        let entry = self.entry(Kind::Comment, code, month)?;
        Some(self.texts.get(entry.name)).filter(|it| !it.is_empty())
    }

    /// What to show for `code`: its name as of `month`, or the code itself with its leading zeros when
    /// no master names it. Never empty.
    pub fn name_or_code(&self, kind: Kind, code: u32, month: Month) -> Cow<'_, str> {
        match self.entry(kind, code, month).map(|it| self.texts.get(it.name)) {
            Some(name) if !name.is_empty() => Cow::Borrowed(name),
            _ => Cow::Owned(kind.written(code)),
        }
    }

    /// The name of the disease `code` with its `modifiers`, as people write it: the prefixes (0001 to
    /// 7999) before it, the suffixes (8000 and above) after it, each in the order given. A part no
    /// master knows is shown as its code.
    ///
    /// The code 0000999 (未コード化傷病名) has its name in the claim file itself.
    pub fn disease_name(&self, code: u32, modifiers: &[u16], month: Month) -> String {
        let mut name = String::new();
        let push_modifiers = |name: &mut String, is_suffix: bool| {
            for modifier in modifiers.iter().filter(|it| (**it >= FIRST_SUFFIX) == is_suffix) {
                name.push_str(&self.name_or_code(Kind::Modifier, u32::from(*modifier), month));
            }
        };
        push_modifiers(&mut name, false);
        name.push_str(&self.name_or_code(Kind::Disease, code, month));
        push_modifiers(&mut name, true);
        name
    }

    /// Whether the procedure `code` is a 処方箋料, by the built-in list or by any version in the
    /// masters: the clinic prescribed to an outside pharmacy.
    pub fn is_prescription_fee(&self, code: u32) -> bool {
        is_prescription_fee(code)
            || self
                .versions(Kind::Procedure, code)
                .iter()
                .any(|it| it.is_f400 && self.texts.get(it.name).starts_with(PRESCRIPTION_FEE_PREFIX))
    }

    /// How many codes of `kind` are known, each counted once.
    pub fn n_codes(&self, kind: Kind) -> usize {
        self.tables[kind as usize].chunk_by(|one, next| one.code == next.code).count()
    }

    /// Every name of `kind`, of all versions, in the order of the codes.
    pub(crate) fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.tables[kind as usize].iter().map(|it| self.texts.get(it.name))
    }

    fn entry(&self, kind: Kind, code: u32, month: Month) -> Option<&Entry> {
        let versions = self.versions(kind, code);
        let month = month.packed();
        let n_begun = versions.partition_point(|it| it.from <= month);
        versions[..n_begun].last().filter(|it| month <= it.until).or(versions.last())
    }

    fn versions(&self, kind: Kind, code: u32) -> &[Entry] {
        let table = &self.tables[kind as usize];
        let start = table.partition_point(|it| it.code < code);
        let n_versions = table[start..].partition_point(|it| it.code == code);
        &table[start..start + n_versions]
    }
}

/// The number of codes of each kind; the whole would be megabytes.
impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Kind::ALL.map(|kind| (kind, self.n_codes(kind)));
        f.write_str("Codes ")?;
        f.debug_map().entries(counts).finish()
    }
}
