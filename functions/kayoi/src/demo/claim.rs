//! One receipt before it is written.

use japan::Month;

use super::cover::{Burden, Cover};

/// What is claimed for one patient from one set of payers for one month.
pub(super) struct Claim {
    pub(super) month: Month,
    pub(super) cover: Cover,
    /// Days of attendance in order.
    pub(super) days: Vec<i8>,
    pub(super) diagnoses: Vec<Diagnosis>,
    /// In the order of 診療識別.
    pub(super) units: Vec<Unit>,
    /// Claimed a month late (月遅れ).
    pub(super) late: bool,
    /// Whether JD records name the days of attendance.
    pub(super) names_days: bool,
}

/// A row of 傷病名.
#[derive(Clone)]
pub(super) struct Diagnosis {
    pub(super) code: &'static str,
    pub(super) since: jiff::civil::Date,
    pub(super) outcome: Outcome,
    pub(super) suspected: bool,
    pub(super) main: bool,
}

/// 転帰区分.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    GoesOn,
    Cured,
    Died,
    Ended,
}

/// A 点数・回数算定単位: items that have their points together.
pub(super) struct Unit {
    /// 診療識別.
    pub(super) section: u8,
    pub(super) burden: Burden,
    pub(super) items: Vec<Item>,
    /// Of all items together, each time; 0 for what a pharmacy outside dispenses.
    pub(super) points: u32,
    /// Directions of drugs; else empty.
    pub(super) comment: &'static str,
    /// The day of the month and how often then, in order of the days.
    pub(super) times: Vec<(i8, u32)>,
}

/// One SI or IY record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) record: &'static str,
    pub(super) code: &'static str,
    /// Of a drug; else empty.
    pub(super) amount: &'static str,
}

/// A fee that is claimed by itself.
#[derive(Clone, Copy)]
pub(super) struct Fee {
    pub(super) section: u8,
    pub(super) code: &'static str,
    pub(super) points: u32,
}

impl Unit {
    /// 回数.
    pub(super) fn n_times(&self) -> u32 {
        self.times.iter().map(|(_, n_times)| n_times).sum()
    }

    /// Whether it is a drug that a pharmacy outside dispenses (院外処方), which only files for
    /// checking (点検用) hold.
    pub(super) fn is_outside(&self) -> bool {
        self.points == 0
    }
}

impl Claim {
    /// The points claimed from a payer: 0 is the insurer, 1 and 2 the public payers.
    pub(super) fn points_of(&self, payer: usize) -> u32 {
        let units = self.units.iter().filter(|it| it.burden.has(payer));
        units.map(|it| it.points * it.n_times()).sum()
    }

    /// Claims `fee` on `day`; `for_all` as in [`Cover::burden`].
    pub(super) fn add_fee(&mut self, fee: Fee, day: i8, for_all: bool) {
        self.add(fee.section, &[procedure(fee.code)], fee.points, "", (day, 1), for_all);
    }

    /// Adds a unit, or counts it once more if the claim has one like it.
    pub(super) fn add(
        &mut self,
        section: u8,
        items: &[Item],
        points: u32,
        comment: &'static str,
        times: (i8, u32),
        for_all: bool,
    ) {
        let burden = self.cover.burden(for_all);
        let same = self.units.iter_mut().find(|it| {
            it.section == section
                && it.burden == burden
                && it.points == points
                && it.comment == comment
                && it.items == items
        });
        match same {
            Some(unit) => unit.times.push(times),
            None => {
                let items = items.to_vec();
                self.units.push(Unit { section, burden, items, points, comment, times: vec![times] });
            }
        }
    }
}

/// An SI item.
pub(super) const fn procedure(code: &'static str) -> Item {
    Item { record: "SI", code, amount: "" }
}
