use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who did something at a clinic, as its log and its approvals name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A member of staff, by the name that the clinic gave with the token or the account.
    Person(String),
    /// A program, by the label of its token: nobody in particular.
    Program(String),
}

/// That somebody did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl Actor {
    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Program(name) => name,
        }
    }

    /// Whether it is a member of staff.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }
}
