//! The fold gives the same patients for any order, any repetition and any split of the receipts into
//! files, and nothing later than the day asked for takes part.

use codes::Codes;
use proptest::{prelude::*, sample::Index};

use crate::{
    FindingCode, Folded, Group, Groups, dropouts,
    random_clinic::{as_of, claims, condition, laid_out, plain_layout, without_contests},
    test_clinic::{Clinic, cases, group_json, shown_patient},
};

/// All that the clinic's files say, but for names of files and lines, in an order of its own.
fn canonical(clinic: &Clinic, as_of: &str, groups: &Groups) -> Vec<String> {
    clinic.folded(as_of, |folded| {
        let codes = Codes::excerpt();
        let dropouts = dropouts(folded, groups, &codes, |_| false);
        let mut lines: Vec<String> = (0..folded.patients.len()).map(|it| patient(folded, it)).collect();
        for member in &dropouts.members {
            let why = member.because.iter().map(|it| (it.condition, it.code.as_deref(), it.date));
            let mut why: Vec<String> = why.map(|it| format!("{it:?}")).collect();
            why.sort_unstable();
            lines.push(format!("member {} {:?} {:?}", patient(folded, member.patient), member.span, why.join(", ")));
        }
        // Whether a receipt stands in one file twice or in two files is not told alike.
        let findings = folded.findings.iter().filter(|it| it.code != FindingCode::CountedTwice);
        lines.extend(findings.map(|it| format!("{:?} {}", it.code, patient(folded, it.patient as usize))));
        lines.sort_unstable();
        lines.push(format!("{:?}", dropouts.groups));
        lines
    })
}

fn patient(folded: &Folded<'_>, index: usize) -> String {
    let patient = &folded.patients[index];
    let mut receipts: Vec<String> = patient
        .sources
        .iter()
        .map(|it| {
            let (receipt, facts) = (folded.receipt(*it), folded.file(*it).facts);
            format!("{} {} {} {} {}", receipt.month(), facts.claim_month, receipt.points, it.counts, it.drugs)
        })
        .collect();
    receipts.sort_unstable();
    format!("{} {:?} {:?} {receipts:?}", shown_patient(folded, index), patient.sex, patient.keys)
}

fn groups(condition: crate::Condition) -> Groups {
    let mut groups = Groups::from_json(&group_json(r#"{"all":[]}"#)).unwrap();
    let other = Group { id: "h".to_owned(), condition, ..groups.groups[0].clone() };
    groups.groups.push(other);
    groups
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_order_repetition_and_split_gives_the_same_patients(
        claims in claims().prop_map(without_contests),
        layout in prop::collection::vec((0..3_u8, any::<Index>()), 24),
        repeated in prop::collection::vec(any::<Index>(), 0..3),
        shuffle in prop::collection::vec(any::<Index>(), 100),
        as_of in as_of(),
        condition in condition(),
    ) {
        let (as_of, groups) = (as_of.to_string(), groups(condition));
        let plain = laid_out(&claims, &plain_layout(claims.len()));
        let mut other = laid_out(&claims, &layout);
        if !other.files.is_empty() {
            for index in repeated {
                let file = index.get(&other.files).clone();
                let upload = file.upload + 1000;
                other.files.push(file.upload(upload));
            }
        }
        for (index, it) in (1..other.files.len()).zip(shuffle) {
            other.files.swap(index, it.index(index + 1));
        }
        prop_assert_eq!(canonical(&other, &as_of, &groups), canonical(&plain, &as_of, &groups));
    }

    #[test]
    fn nothing_later_than_the_day_asked_for_takes_part(
        claims in claims(),
        as_of in as_of(),
        condition in condition(),
    ) {
        let groups = groups(condition);
        let by_then: Vec<_> =
            claims.iter().filter(|it| it.receipt.month <= japan::Month::of(as_of)).cloned().collect();
        let whole = laid_out(&claims, &plain_layout(claims.len()));
        let mut part = laid_out(&by_then, &plain_layout(by_then.len()));
        // The files keep their uploads.
        for file in &mut part.files {
            file.upload = whole.files.iter().find(|it| it.name == file.name).unwrap().upload;
        }
        let as_of = as_of.to_string();
        prop_assert_eq!(canonical(&whole, &as_of, &groups), canonical(&part, &as_of, &groups));
    }
}
