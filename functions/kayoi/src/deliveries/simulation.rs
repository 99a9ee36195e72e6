use std::collections::{BTreeMap, HashMap};

use clinic::{CurrentFile, Folded, Freshness, Groups, Links, Patient, Rosters, dropouts, fold};
use codes::Codes;
use delivery::{
    Attendance, Channel, Joined, LinkToken, Made, PatientFacts, PatientToPlan, PlanReason, PlanRow, PlanRowKey,
    PlanRules, PlanState, Planner, RunningDelivery, SmsParts, TimingKind, Values, WantedCodes, Writing, compose,
    remember,
};
use jiff::{ToSpan as _, civil::Date};

use super::{
    contacts::{People, person},
    records::{Record, RecordState},
};

/// Lets days go by over a clinic's files, each planned as the functions would plan it, and everything that is
/// due sent.
pub(super) struct Simulation<'a> {
    pub(super) files: &'a [CurrentFile<'a>],
    pub(super) rosters: &'a Rosters,
    pub(super) groups: &'a Groups,
    pub(super) codes: &'a Codes,
    pub(super) people: &'a People,
    pub(super) clinic_name: &'a str,
    pub(super) deliveries: &'a [RunningDelivery],
    pub(super) rules: &'a PlanRules,
}

/// What one day leaves to the next.
#[derive(Default)]
struct Memory {
    attendance: Attendance,
    /// For each group, `None` before the first day.
    joined: Vec<Option<BTreeMap<String, Joined>>>,
    patients: HashMap<String, OfPatient>,
    records: BTreeMap<PlanRowKey, Record>,
}

#[derive(Default)]
struct OfPatient {
    made: Vec<Made>,
    sent_on: Vec<Date>,
    existing: Vec<PlanRow>,
}

impl Simulation<'_> {
    /// What became of every message that was due from `from` to `to`, by day, delivery and chart number.
    pub(super) fn run(&mut self, from: Date, to: Date) -> Vec<Record> {
        let mut memory = Memory { joined: vec![None; self.groups.groups.len()], ..Memory::default() };
        let mut today = from;
        while today <= to {
            self.day(today, &mut memory);
            today = today.saturating_add(1.day());
        }
        let mut records: Vec<Record> = memory.records.into_values().collect();
        records.sort_by(|one, other| {
            let order = |it: &Record| (it.date, it.delivery, it.chart_number.clone(), it.trigger_date, it.repetition);
            order(one).cmp(&order(other))
        });
        records
    }

    fn day(&self, today: Date, memory: &mut Memory) {
        let folded = fold(self.files, self.rosters, &Links::default(), today);
        let ids: Vec<String> = folded.patients.iter().map(id).collect();
        let claims = self.files.iter().map(|it| (it.facts.payer, it.facts.claim_month));
        let data_through = Freshness::of(claims, today).data_through;
        memory.attendance.learn(today, data_through.max(folded.attended_through()));
        let facts = self.facts(&folded, &ids, memory, today);
        let planner = Planner { deliveries: self.deliveries, rules: self.rules, attendance: &memory.attendance, today };
        for ((patient, id), facts) in folded.patients.iter().zip(&ids).zip(&facts) {
            let known = memory.patients.entry(id.clone()).or_default();
            let (person, reach) = (person(patient), self.people.reach(patient));
            let OfPatient { made, sent_on, existing } = &*known;
            let rows =
                planner.rows(&PatientToPlan { id, facts, person: &person, reach: &reach, made, sent_on, existing });
            for row in &rows {
                let Some(record) = self.record(row, patient, facts, today) else { continue };
                if record.state == RecordState::Due {
                    known.made.push(Made {
                        delivery: row.delivery.clone(),
                        trigger: row.trigger,
                        repetition: row.repetition,
                        on: today,
                        withdrawn: None,
                    });
                    known.sent_on.push(today);
                }
                memory.records.insert(row.key(), record);
            }
            known.existing = rows;
        }
    }

    fn facts(&self, folded: &Folded<'_>, ids: &[String], memory: &mut Memory, today: Date) -> Vec<PatientFacts> {
        let lists = dropouts(folded, self.groups, self.codes, |_| false);
        for (group, joined) in memory.joined.iter_mut().enumerate() {
            let members = lists.members.iter().filter(|it| it.group == group).map(|it| ids[it.patient].as_str());
            *joined = Some(remember(joined.as_ref(), members, today));
        }
        let wanted = WantedCodes::of(self.deliveries.iter().map(|it| &it.delivery));
        folded.delivery_facts(&wanted, self.groups, &lists, |group, patient| {
            memory.joined[group].as_ref().and_then(|it| it.get(&ids[patient])).copied()
        })
    }

    /// What `row` says today, if its day has come.
    fn record(&self, row: &PlanRow, patient: &Patient<'_>, facts: &PatientFacts, today: Date) -> Option<Record> {
        let state = RecordState::of(row.state).filter(|_| row.due <= today)?;
        let delivery = self.deliveries.iter().position(|it| it.delivery.id == row.delivery)?;
        let record = Record {
            date: if state == RecordState::Due { today } else { row.due },
            delivery,
            chart_number: patient.chart_number.map(ToOwned::to_owned),
            trigger_date: row.trigger.date,
            repetition: row.repetition,
            state,
            reason: row.reason,
            channel: None,
            sms: None,
        };
        if row.state != PlanState::Due {
            return Some(record);
        }
        Some(match self.rendered(row, delivery, patient, facts, today) {
            Ok((channel, sms)) => Record { channel: Some(channel), sms, ..record },
            Err(reason) => Record { date: row.due, state: RecordState::Suppressed, reason, ..record },
        })
    }

    /// The channel that takes the text, and its parts.
    fn rendered(
        &self,
        row: &PlanRow,
        delivery: usize,
        patient: &Patient<'_>,
        facts: &PatientFacts,
        today: Date,
    ) -> Result<(Channel, Option<SmsParts>), PlanReason> {
        let delivery = &self.deliveries[delivery].delivery;
        let is_appointment = delivery.timing.kind() == TimingKind::NextVisit;
        let next_booked = facts.appointments.iter().copied().find(|it| *it >= today);
        let link = LinkToken::parse(&"x".repeat(43)).map_or_else(String::new, |it| it.page(SAMPLE_HOST));
        let values = Values {
            clinic_name: self.clinic_name.to_owned(),
            patient_name: self.people.name(patient),
            line_link: Some(format!("{link}/line")),
            next_visit: if is_appointment { Some(row.trigger.date) } else { next_booked },
            reply_page: link,
        };
        let (person, reach) = (person(patient), self.people.reach(patient));
        let to = Writing { person: &person, reach: &reach, ways: &self.rules.ways, day: today };
        let composed = compose(&delivery.template, &values, &to).map_err(|it| it.reason())?;
        Ok((composed.choice.channel, composed.sms))
    }
}

/// The host of the links in a dry run: as long as ours are.
const SAMPLE_HOST: &str = "https://p.kayoi.example";

/// What a patient is known by from day to day. Two who share a chart number stay apart.
fn id(patient: &Patient<'_>) -> String {
    let key = || patient.keys.first().map_or("", |it| it.as_str());
    patient.chart_number.filter(|_| !patient.is_chart_shared).unwrap_or_else(key).to_owned()
}
