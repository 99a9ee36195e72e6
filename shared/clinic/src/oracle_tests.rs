//! Lists of random clinics, against the second reading of the rules in [`crate::oracle`].

use codes::Codes;
use proptest::{prelude::*, sample::Index};

use crate::{
    Condition, Dropouts, Folded, Group, Groups, Status, StatusSpan, dropouts,
    oracle::{Answer, OraclePatient, Placed, patient, placed},
    random_clinic::{as_of, claims, condition, laid_out},
    test_clinic::{cases, group_json},
};

/// The number of a folded patient, which its name ends with.
fn number_of(folded: &Folded<'_>, index: usize) -> u8 {
    folded.patients[index].name.chars().last().and_then(|it| it.to_digit(10)).unwrap() as u8 - 1
}

/// What the oracle says of a patient in a group, as [`listed`] shows it; `None` where the lines of
/// several files leave it open.
fn expected(patient: &OraclePatient<'_>, group: &Group) -> Option<String> {
    let answers: Vec<Answer> = patient.insurance.iter().map(|it| patient.answer(&group.condition, *it)).collect();
    if answers.iter().any(|it| *it != answers[0]) {
        return None;
    }
    Some(match (patient.status(group), answers[0]) {
        (None, _) | (_, Answer::No) => "no".to_owned(),
        (_, Answer::Unknown) if patient.died => "no".to_owned(),
        (_, Answer::Unknown) => "unknown".to_owned(),
        (_, Answer::Yes) if patient.died => "excluded".to_owned(),
        (Some((last_visit, status)), Answer::Yes) => format!("{status:?} {last_visit}"),
    })
}

/// What the crate says of each patient in the only group.
fn check(
    folded: &Folded<'_>,
    groups: &Groups,
    dropouts: &Dropouts<'_>,
    claims: &[Placed],
) -> Result<(), TestCaseError> {
    let group = &groups.groups[0];
    let mut counts = [0_u32; 2];
    let mut is_open = false;
    for number in 0..5 {
        let oracle = patient(claims, number, folded.as_of);
        let index = (0..folded.patients.len()).find(|it| number_of(folded, *it) == number);
        prop_assert_eq!(index.is_some(), oracle.is_some(), "whether patient {} is there", number);
        let (Some(index), Some(oracle)) = (index, oracle) else { continue };
        let found = &folded.patients[index];
        let visits: Vec<_> = found.visits.iter().map(|it| it.0).collect();
        prop_assert_eq!(visits, oracle.visits.iter().copied().collect::<Vec<_>>(), "visits of {}", number);
        prop_assert_eq!(found.died.is_some(), oracle.died, "death of {}", number);
        prop_assert!(oracle.insurance.contains(&found.insurance), "insurance of {}", number);
        let member = dropouts.members.iter().find(|it| it.patient == index);
        let shown = member.map(|it| format!("{:?} {}", it.span.status, it.last_visit));
        match expected(&oracle, group) {
            None => is_open = true,
            Some(expected) => {
                counts[0] += u32::from(expected == "unknown");
                counts[1] += u32::from(expected == "excluded");
                let is_listed = !matches!(&*expected, "no" | "unknown" | "excluded");
                prop_assert_eq!(shown, is_listed.then_some(expected), "patient {}", number);
            }
        }
    }
    let count = dropouts.groups[0];
    prop_assert_eq!(count.members as usize, dropouts.members.len());
    if !is_open {
        prop_assert_eq!([count.unknown, count.excluded], counts, "unknown and excluded");
    }
    Ok(())
}

/// The status of each member lies in its range of last visits and in no other, and lasts on the day asked
/// for.
fn check_ranges(folded: &Folded<'_>, groups: &Groups, dropouts: &Dropouts<'_>) -> Result<(), TestCaseError> {
    for member in &dropouts.members {
        for status in [Status::Regular, Status::AtRisk, Status::DroppedOut] {
            let (first, last) = StatusSpan::last_visits(status, folded.as_of, &groups.groups[0]);
            let is_inside = (first..=last).contains(&member.last_visit);
            prop_assert_eq!(is_inside, status == member.span.status, "{} {:?}", member.last_visit, status);
        }
        prop_assert!(member.span.since <= folded.as_of);
        prop_assert!(member.span.until.is_none_or(|it| it >= folded.as_of));
    }
    prop_assert!(dropouts.members.is_sorted_by_key(|it| it.last_visit));
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn lists_are_what_a_second_reading_of_the_rules_says(
        claims in claims(),
        layout in prop::collection::vec((0..2_u8, any::<Index>()), 24),
        as_of in as_of(),
        condition in condition(),
        at_risk_after in 1..60_u16,
    ) {
        let mut groups = Groups::from_json(&group_json(r#"{"all":[]}"#)).unwrap();
        groups.groups[0].condition = condition;
        groups.groups[0].at_risk_after = japan::Span::Days(at_risk_after);
        groups.groups[0].dropped_out_after = japan::Span::Months(2 + at_risk_after / 10);
        let clinic = laid_out(&claims, &layout);
        let claims = placed(&claims, &clinic);
        let codes = Codes::excerpt();
        clinic.folded(&as_of.to_string(), |folded| {
            let dropouts = dropouts(folded, &groups, &codes, |_| false);
            check(folded, &groups, &dropouts, &claims)?;
            check_ranges(folded, &groups, &dropouts)
        })?;
    }

    #[test]
    fn everybody_with_a_visit_is_in_a_group_for_all(claims in claims(), as_of in as_of()) {
        let layout = crate::random_clinic::plain_layout(claims.len());
        let clinic = laid_out(&claims, &layout);
        let mut groups = Groups::from_json(&group_json(r#"{"all":[]}"#)).unwrap();
        groups.groups[0].condition = Condition::Any(vec![Condition::All(Vec::new())]);
        let codes = Codes::excerpt();
        clinic.folded(&as_of.to_string(), |folded| {
            let count = dropouts(folded, &groups, &codes, |_| false).groups[0];
            let n_visitors = folded.patients.iter().filter(|it| !it.visits.is_empty()).count();
            prop_assert_eq!((count.members + count.excluded) as usize, n_visitors);
            Ok(())
        })?;
    }
}
