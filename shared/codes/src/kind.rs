use std::fmt;

/// Which of the national masters a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 傷病名 (`b_`), codes of 7 digits.
    Disease,
    /// 修飾語 (`z_`), codes of 4 digits.
    Modifier,
    /// 診療行為 (`s_`), codes of 9 digits.
    Procedure,
    /// 医薬品 (`y_`), codes of 9 digits.
    Drug,
    /// 特定器材 (`t_`), codes of 9 digits.
    Device,
    /// コメント (`c_`), codes of 9 digits.
    Comment,
}

impl Kind {
    /// Every kind, in the order tables are kept in.
    pub const ALL: [Self; 6] =
        [Self::Disease, Self::Modifier, Self::Procedure, Self::Drug, Self::Device, Self::Comment];

    /// The kind whose rows carry `letter` as マスター種別 (column 2).
    pub(crate) fn of_letter(letter: &str) -> Option<Self> {
        match letter {
            "B" => Some(Self::Disease),
            "Z" => Some(Self::Modifier),
            "S" => Some(Self::Procedure),
            "Y" => Some(Self::Drug),
            "T" => Some(Self::Device),
            "C" => Some(Self::Comment),
            _ => None,
        }
    }

    /// How many digits its codes have; shorter ones are written with leading zeros.
    pub fn n_digits(self) -> usize {
        match self {
            Self::Disease => 7,
            Self::Modifier => 4,
            Self::Procedure | Self::Drug | Self::Device | Self::Comment => 9,
        }
    }

    /// `code` as claim files write it, with its leading zeros.
    pub fn written(self, code: u32) -> String {
        format!("{code:0width$}", width = self.n_digits())
    }
}

/// The master's name as people say it, such as `診療行為`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disease => "傷病名",
            Self::Modifier => "修飾語",
            Self::Procedure => "診療行為",
            Self::Drug => "医薬品",
            Self::Device => "特定器材",
            Self::Comment => "コメント",
        })
    }
}
