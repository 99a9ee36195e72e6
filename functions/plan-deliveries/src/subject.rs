//! A patient as planning sees one.

use delivery::{PatientFacts, PatientToPlan, PersonFacts, Reach};

use crate::{clinic::Clinic, page::Known};

/// What is known of a patient, put together of the files, of what staff typed and of what the patient said.
pub(crate) struct Subject {
    facts: PatientFacts,
    person: PersonFacts,
    reach: Reach,
}

impl Subject {
    pub(crate) fn of(clinic: &Clinic, known: &Known) -> Self {
        let mut facts = clinic.facts.of(known.id.as_str()).cloned().unwrap_or_default();
        facts.replied_on = known.correspondence.row.replied_on;
        let Some(addressee) = &known.addressee else {
            return Self { facts, person: nobody(), reach: Reach::default() };
        };
        facts.take_typed_next_visit(addressee.typed_next_visit, clinic.today);
        Self { facts, person: addressee.person.clone(), reach: addressee.reach.clone() }
    }

    pub(crate) fn to_plan<'a>(&'a self, known: &'a Known) -> PatientToPlan<'a> {
        let Self { facts, person, reach } = self;
        PatientToPlan {
            id: known.id.as_str(),
            facts,
            person,
            reach,
            made: &known.correspondence.row.made,
            sent_on: &known.correspondence.row.sent_on,
            existing: &known.existing,
        }
    }
}

/// Of whom no row is left.
fn nobody() -> PersonFacts {
    PersonFacts {
        is_dead: false,
        is_excluded: false,
        is_erased: true,
        has_complained: false,
        opted_out_on: None,
        is_delivery_stopped: false,
        is_clinic_paused: false,
        is_all_paused: false,
    }
}
