use delivery::{DaysOfMonth, DiseaseStart, DrugDays, Joined, Membership, PatientFacts, ProcedureDays, WantedCodes};
use jiff::{ToSpan as _, civil::Date};

use crate::{Dropouts, Folded, Group, Groups, Patient, visits::days_until};

impl Folded<'_> {
    /// What step deliveries look at, of each patient in the order of [`Folded::patients`], as of the day of the
    /// fold. Of codes, only those `wanted`.
    ///
    /// `joined` tells what is remembered of a patient in a group, by their indexes; what no file tells is left
    /// out: replies, and what staff typed.
    pub fn delivery_facts(
        &self,
        wanted: &WantedCodes,
        groups: &Groups,
        dropouts: &Dropouts<'_>,
        joined: impl Fn(usize, usize) -> Option<Joined>,
    ) -> Vec<PatientFacts> {
        let mut all: Vec<PatientFacts> = self.patients.iter().map(|it| self.patient_facts(it, wanted)).collect();
        for member in &dropouts.members {
            let group = &groups.groups[member.group];
            all[member.patient].memberships.push(Membership {
                group: group.id.clone(),
                joined_on: joined(member.group, member.patient).and_then(|it| it.on),
                at_risk_on: at_risk_on(group, member.last_visit),
            });
        }
        all
    }

    /// Whether some current file is 点検用, so that the drugs prescribed outside are known.
    pub fn has_inspection_receipts(&self) -> bool {
        !self.medication.inspected.is_empty()
    }

    /// The newest day with an appointment marked 来院, of all patients, up to the day of the fold.
    pub fn attended_through(&self) -> Option<Date> {
        self.rosters.attended.values().flatten().copied().filter(|it| *it <= self.as_of).max()
    }

    fn patient_facts(&self, patient: &Patient<'_>, wanted: &WantedCodes) -> PatientFacts {
        let mut facts = PatientFacts {
            first_visit: patient.visits.first(),
            last_visits: patient.visits.newest_days().and_then(|(month, days)| DaysOfMonth::new(month, days)),
            ..PatientFacts::default()
        };
        if !wanted.diseases.is_none() {
            facts.diseases = self.disease_starts(patient, wanted);
        }
        if !wanted.procedures.is_none() {
            facts.procedures = self.procedure_days(patient, wanted);
        }
        if !wanted.drugs.is_none() {
            facts.drugs = self.drug_days(patient, wanted);
        }
        self.add_rosters(patient, &mut facts);
        facts
    }

    /// As groups ask: per code, in its newest month, rows that are neither suspected nor ended.
    fn disease_starts(&self, patient: &Patient<'_>, wanted: &WantedCodes) -> Vec<DiseaseStart> {
        let mut newest_months: Vec<(u32, u32)> = Vec::new();
        let mut starts = Vec::new();
        for source in patient.sources.iter().filter(|it| it.counts) {
            let month = self.receipt(*source).packed_month();
            for row in self.diseases(*source).iter().filter(|it| wanted.diseases.wants(it.code)) {
                let newest = newest_months.iter().find(|it| it.0 == row.code).map(|it| it.1);
                if newest.is_none() {
                    newest_months.push((row.code, month));
                }
                let is_newest = newest.is_none_or(|it| it == month);
                let started = row.started().filter(|it| is_newest && row.is_present() && *it <= self.as_of);
                starts.extend(started.map(|started| DiseaseStart { code: row.code, started }));
            }
        }
        starts.sort_by_key(|it| (it.code, it.started));
        starts.dedup();
        starts
    }

    fn procedure_days(&self, patient: &Patient<'_>, wanted: &WantedCodes) -> Vec<ProcedureDays> {
        let mut found: Vec<(u32, u32, u32)> = Vec::new();
        for source in patient.sources.iter().filter(|it| it.counts) {
            let month = self.receipt(*source).packed_month();
            for row in self.procedures(*source).iter().filter(|it| wanted.procedures.wants(it.code)) {
                let days = days_until(row.days, month, self.as_of);
                // Newest month first; a month whose days all lie ahead, or that names none, says nothing.
                match found.iter_mut().find(|it| it.0 == row.code) {
                    None if days != 0 => found.push((row.code, month, days)),
                    Some(known) if known.1 == month => known.2 |= days,
                    _ => {}
                }
            }
        }
        let days = found.into_iter().filter_map(|(code, month, days)| Some((code, days_of(month, days)?)));
        days.map(|(code, days)| ProcedureDays { code, days }).collect()
    }

    /// Rows of one code and month with different supplies stay apart.
    fn drug_days(&self, patient: &Patient<'_>, wanted: &WantedCodes) -> Vec<DrugDays> {
        let mut found: Vec<(u32, u32, DrugDays)> = Vec::new();
        for source in patient.sources.iter().filter(|it| it.drugs) {
            let month = self.receipt(*source).packed_month();
            for row in self.drugs(*source).iter().filter(|it| wanted.drugs.wants(it.code)) {
                let is_older = found.iter().any(|it| it.0 == row.code && it.1 != month);
                let Some(days) = days_of(month, days_until(row.days, month, self.as_of)).filter(|_| !is_older) else {
                    continue;
                };
                // 回数 is the sum over the days of the row.
                let supply_days = row.times.div_ceil(row.days.count_ones().max(1) as u16);
                found.push((row.code, month, DrugDays { code: row.code, days, supply_days }));
            }
        }
        found.into_iter().map(|it| it.2).collect()
    }

    fn add_rosters(&self, patient: &Patient<'_>, facts: &mut PatientFacts) {
        let rosters = self.rosters;
        for chart in &patient.charts {
            let newest = |days: Option<&std::collections::BTreeSet<Date>>| {
                days.and_then(|it| it.range(..=self.as_of).next_back().copied())
            };
            facts.answered_on = facts.answered_on.max(newest(rosters.answered.get(*chart)));
            facts.profile_updated_on = facts.profile_updated_on.max(newest(rosters.profile_updated.get(*chart)));
            facts.appointments.extend(rosters.booked.get(*chart).into_iter().flatten());
        }
        facts.appointments.sort_unstable();
        facts.appointments.dedup();
    }
}

fn days_of(month: u32, days: u32) -> Option<DaysOfMonth> {
    DaysOfMonth::new(japan::Month::from_packed(month)?, days)
}

/// The first day of 離脱予備群 for who came last on `last_visit`.
fn at_risk_on(group: &Group, last_visit: Date) -> Date {
    group.at_risk_after.after(last_visit).saturating_add(1.day())
}
