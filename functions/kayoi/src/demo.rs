//! An invented clinic for demonstrations and tests: claim files of a year, rosters and groups.
//!
//! **Invariant:** everything is a function of the seed, the newest month and the size. No name,
//! number or address belongs to anyone.

mod care;
mod chance;
mod claim;
mod course;
mod cover;
mod diseases;
mod names;
mod people;
mod plans;
mod rosters;
#[cfg(test)]
mod tests;
mod uke;

use japan::Month;
use jiff::civil::Date;

pub use self::plans::{CARE_OFFICE, CARE_OFFICE_NAME, PlansSize, plan_partners, plans};
use self::{chance::Chance, claim::Claim, people::Person, uke::Head};

/// The clinic's name as its claim files write it.
pub const CLINIC_NAME: &str = "かよいの森内科クリニック";
/// 医療機関コード, seven digits.
pub const CLINIC_CODE: &str = "1312345";
/// 都道府県番号.
pub const PREFECTURE: &str = "13";

/// How much to invent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSize {
    /// A patient is the same however many others there are.
    pub n_patients: u32,
    /// Months of 診療年月, the newest included.
    pub n_months: u32,
}

impl Default for DemoSize {
    /// A year of a clinic with 2,000 patients.
    fn default() -> Self {
        Self { n_patients: 2_000, n_months: 12 }
    }
}

/// The files of the demo clinic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// Two claim files a month, 社保 before 国保, the oldest month first. The newest three quarters of
    /// the months are 点検用, the others 提出用.
    pub receipts: Vec<DemoFile>,
    /// `patients.csv` (UTF-8 with a byte order mark) and `appointments.csv` (Windows-31J).
    pub rosters: Vec<DemoFile>,
}

/// A file to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFile {
    /// Without folders. A claim file is named by its 診療年月: `2026-10_shaho_RECEIPTC.UKE`.
    pub name: String,
    /// The content as a clinic's system would have written it.
    pub bytes: Vec<u8>,
}

/// The months that the claim files are of.
#[derive(Clone, Copy)]
struct Window {
    first: Month,
    until: Month,
}

impl Window {
    fn first_day(self) -> Date {
        self.first.first_day()
    }

    fn last_day(self) -> Date {
        self.until.last_day()
    }
}

/// The demo clinic whose newest 診療年月 is `until`. The same arguments give the same bytes.
///
/// Of a hundred patients about 78 come to the end, 12 have not come for two to five months, and 7
/// for more than six; the others died or came only once or twice.
pub fn demo(seed: u64, until: Month, size: DemoSize) -> Demo {
    let n_months = size.n_months.max(1).cast_signed();
    // Courses always span a year, so that a smaller demo is a part of the larger one.
    let window = Window { first: until.plus(-(n_months.max(12) - 1)), until };
    let people: Vec<Person> = (0..size.n_patients).map(|index| people::person(seed, index, window)).collect();
    let claims: Vec<(&Person, Claim)> = people.iter().flat_map(|person| claims_of(seed, person)).collect();

    let n_for_submission = n_months / 4;
    let mut receipts = Vec::new();
    for place in 0..n_months {
        let month = until.plus(place + 1 - n_months);
        for shaho in [true, false] {
            let head = Head { shaho, month, for_checking: place >= n_for_submission };
            receipts.push(receipt_file(head, &claims));
        }
    }
    let rosters = vec![rosters::patients(&people, seed, window), rosters::appointments(&people, seed, window)];
    Demo { receipts, rosters }
}

/// The groups of the demo clinic, in the form groups are uploaded in.
pub fn groups_json() -> &'static str {
    include_str!("demo/groups.json")
}

fn claims_of(seed: u64, person: &Person) -> impl Iterator<Item = (&Person, Claim)> {
    let chance = &mut Chance::new(seed ^ 0x6361_7265, u64::from(person.index));
    care::claims(person, chance).into_iter().map(move |claim| (person, claim))
}

/// The claims of the month, then those of the month before that are late. What is late in the
/// newest month is in no file yet.
fn receipt_file(head: Head, claims: &[(&Person, Claim)]) -> DemoFile {
    let of_payer = claims.iter().filter(|(_, it)| it.cover.is_claimed_from_shaho() == head.shaho);
    let timely = of_payer.clone().filter(|(_, it)| it.month == head.month && !it.late);
    let late = of_payer.filter(|(_, it)| it.month == head.month.plus(-1) && it.late);
    let claims: Vec<(&Person, &Claim)> = timely.chain(late).map(|(person, claim)| (*person, claim)).collect();
    let payer = if head.shaho { "shaho" } else { "kokuho" };
    DemoFile { name: format!("{}_{payer}_RECEIPTC.UKE", head.month), bytes: uke::file(head, &claims) }
}
