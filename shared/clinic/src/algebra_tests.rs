//! The algebra of conditions: what must be equal for any conditions and any clinic.

use codes::Codes;
use proptest::prelude::*;

use crate::{
    Condition, Folded, Truth,
    evaluate::Evaluator,
    random_clinic::{as_of, claims, condition, laid_out, plain_layout},
    test_clinic::cases,
};

fn all(conditions: &[&Condition]) -> Condition {
    Condition::All(conditions.iter().map(|it| (*it).clone()).collect())
}

fn any_of(conditions: &[&Condition]) -> Condition {
    Condition::Any(conditions.iter().map(|it| (*it).clone()).collect())
}

fn not(condition: &Condition) -> Condition {
    Condition::Not(Box::new(condition.clone()))
}

/// What `condition` says of every patient.
fn truths(folded: &Folded<'_>, codes: &Codes, condition: &Condition) -> Vec<Truth> {
    let mut evaluator = Evaluator::new(folded, codes);
    let mut because = Vec::new();
    let truths = folded.patients.iter().map(|it| {
        because.clear();
        let truth = evaluator.evaluate(condition, it, &mut because);
        assert!(truth == Truth::True || because.is_empty(), "only what holds says why");
        truth
    });
    truths.collect()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn conditions_that_mean_the_same_say_the_same(
        claims in claims(),
        as_of in as_of(),
        a in condition(),
        b in condition(),
        c in condition(),
    ) {
        let codes = Codes::excerpt();
        let (everybody, nobody) = (all(&[]), any_of(&[]));
        let equal = [
            ("De Morgan on all", not(&all(&[&a, &b])), any_of(&[&not(&a), &not(&b)])),
            ("De Morgan on any", not(&any_of(&[&a, &b])), all(&[&not(&a), &not(&b)])),
            ("double negation", not(&not(&a)), a.clone()),
            ("all in either order", all(&[&a, &b]), all(&[&b, &a])),
            ("any in either order", any_of(&[&a, &b]), any_of(&[&b, &a])),
            ("all of the same", all(&[&a, &a]), a.clone()),
            ("any of the same", any_of(&[&a, &a]), a.clone()),
            ("all nested", all(&[&all(&[&a, &b]), &c]), all(&[&a, &b, &c])),
            ("any nested", any_of(&[&a, &any_of(&[&b, &c])]), any_of(&[&a, &b, &c])),
            ("all distributes", all(&[&a, &any_of(&[&b, &c])]), any_of(&[&all(&[&a, &b]), &all(&[&a, &c])])),
            ("everybody in all", all(&[&a, &everybody]), a.clone()),
            ("nobody in any", any_of(&[&nobody, &a]), a.clone()),
            ("nobody in all", all(&[&a, &nobody]), nobody.clone()),
            ("everybody in any", any_of(&[&a, &everybody]), everybody.clone()),
        ];
        let clinic = laid_out(&claims, &plain_layout(claims.len()));
        clinic.folded(&as_of.to_string(), |folded| {
            for (law, one, other) in &equal {
                prop_assert_eq!(truths(folded, &codes, one), truths(folded, &codes, other), "{}", law);
            }
            let opposite = truths(folded, &codes, &not(&a)).into_iter().map(|it| match it {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                Truth::Unknown => Truth::Unknown,
            });
            prop_assert_eq!(opposite.collect::<Vec<Truth>>(), truths(folded, &codes, &a), "unknown survives not");
            Ok(())
        })?;
    }
}
