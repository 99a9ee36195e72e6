use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A table of codes of the standard (別紙 コード表).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTable {
    /// What it is called there.
    pub name: &'static str,
    codes: Vec<(&'static str, &'static str)>,
}

impl CodeTable {
    /// The table called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        static TABLES: OnceLock<Vec<CodeTable>> = OnceLock::new();
        TABLES.get_or_init(Self::read_all).iter().find(|it| it.name == name)
    }

    /// What `code` means.
    pub fn name_of(&self, code: &str) -> Option<&'static str> {
        self.codes.iter().find(|it| it.0 == code).map(|it| it.1)
    }

    /// The codes there are.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.codes.iter().map(|it| it.0)
    }

    fn read_all() -> Vec<Self> {
        let mut tables: Vec<Self> = Vec::new();
        for [table, code, name] in lines(include_str!("codes.tsv")) {
            match tables.iter_mut().find(|it| it.name == table) {
                Some(known) => known.codes.push((code, name)),
                None => tables.push(Self { name: table, codes: vec![(code, name)] }),
            }
        }
        tables
    }
}

/// サービス種類: two characters, what kind of service an office gives (standard 4.1 §1.3, §1.4).
///
/// Codes no table names are kept: municipalities have their own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceType(String);

/// What part a service type takes in the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Its offices receive plans and report what was done.
    Partner,
    /// Care management: its offices make the plans.
    Sender,
    /// It is left out of the exchange.
    LeftOut,
}

impl ServiceType {
    /// A type of two characters, or of the three that version 4.0 wrote.
    pub fn new(text: &str) -> Option<Self> {
        let fits =
            (2..=3).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned()))
    }

    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is called; `None` where the standard does not name it.
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|it| it.2)
    }

    /// What part it takes; `None` where the standard does not name it.
    pub fn exchange(&self) -> Option<Exchange> {
        self.row().map(|it| it.1)
    }

    fn row(&self) -> Option<&'static (&'static str, Exchange, &'static str)> {
        static TYPES: OnceLock<Vec<(&str, Exchange, &str)>> = OnceLock::new();
        let types = TYPES.get_or_init(|| {
            let part = |it| match it {
                "yes" => Exchange::Partner,
                "sender" => Exchange::Sender,
                _ => Exchange::LeftOut,
            };
            lines(include_str!("service_types.tsv"))
                .map(|[code, exchange, name]| (code, part(exchange), name))
                .collect()
        });
        types.iter().find(|it| it.0 == self.0)
    }
}

/// The rows of a table with `N` columns, after its heading.
pub(super) fn lines<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let mut columns = line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_say_what_part_they_take() {
        let part = |code| ServiceType::new(code).unwrap().exchange();
        assert_eq!(part("11"), Some(Exchange::Partner));
        assert_eq!(part("A2"), Some(Exchange::Partner));
        assert_eq!(part("33"), Some(Exchange::LeftOut));
        assert_eq!(part("43"), Some(Exchange::Sender));
        assert_eq!(part("99"), None);
        assert_eq!(ServiceType::new("2B").unwrap().name(), Some("介護予防短期入所療養介護（介護医療院）"));
    }

    #[test]
    fn tables_name_their_codes() {
        let levels = CodeTable::named("要介護状態区分").unwrap();
        assert_eq!(levels.name_of("24"), Some("要介護４"));
        assert_eq!(levels.name_of("01"), None);
        assert_eq!(levels.codes().count(), 8);
    }
}
