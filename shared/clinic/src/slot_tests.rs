//! What publishing a part to a slot means: parts in, what becomes of the slot out.

use receipt::Kind;

use crate::{
    PartRef, PersonKey, Publication, Slot, SlotKey, SlotKind,
    test_clinic::{TestFile, receipt, shaho},
};

/// A part of patients from `first` to `last`, by chart number.
#[derive(Debug, Clone)]
struct TestPart {
    name: &'static str,
    charts: std::ops::RangeInclusive<u32>,
    volume: u8,
    is_all_reclaims: bool,
    upload: u64,
}

fn part(name: &'static str, charts: std::ops::RangeInclusive<u32>) -> TestPart {
    TestPart { name, charts, volume: 0, is_all_reclaims: false, upload: 5 }
}

impl TestPart {
    fn volume(self, volume: u8) -> Self {
        Self { volume, ..self }
    }

    fn upload(self, upload: u64) -> Self {
        Self { upload, ..self }
    }

    fn reclaims(self) -> Self {
        Self { is_all_reclaims: true, ..self }
    }

    /// The part and its patients, read from a file.
    fn read(&self) -> (PartRef, Vec<PersonKey>) {
        let search_number = if self.is_all_reclaims { "77" } else { "" };
        let receipts =
            self.charts.clone().map(|it| receipt("2024-06").chart(&it.to_string()).search_number(search_number));
        let facts = shaho("2024-07", receipts).volume(self.volume).facts();
        (PartRef::new(&facts, self.name.to_owned(), self.upload, format!("{}.UKE", self.name)), facts.person_keys())
    }
}

fn slot(parts: &[TestPart]) -> (Slot, Vec<Vec<PersonKey>>) {
    let (parts, persons) = parts.iter().map(TestPart::read).unzip();
    (Slot { parts }, persons)
}

/// What publishing `new` beside `current` means.
#[track_caller]
fn check(current: &[TestPart], new: &TestPart, expected: &str) {
    let ((slot, persons_of), (part, persons)) = (slot(current), new.read());
    let names = |slot: &Slot| slot.parts.iter().map(|it| it.object_sha256.clone()).collect::<Vec<String>>().join(" ");
    let counts = |it: &crate::Replacement| {
        format!(
            "{}: {} -> {}, {} lost",
            it.object_sha256, it.n_patients_before, it.n_patients_after, it.n_patients_lost
        )
    };
    let shown = match slot.publish(part, &persons, &persons_of) {
        Publication::Unchanged => "unchanged".to_owned(),
        Publication::Added(slot) => format!("added: {}", names(&slot)),
        Publication::Replaced(slot, it) => format!("replaced: {} ({})", names(&slot), counts(&it)),
        Publication::Older => "older".to_owned(),
        Publication::Waiting(it) => format!("waiting ({})", counts(&it)),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_part_that_is_current_already_changes_nothing() {
    check(&[part("a", 1..=9), part("b", 20..=29)], &part("a", 1..=9), "unchanged");
}

#[test]
fn the_first_part_is_added() {
    check(&[], &part("a", 1..=9), "added: a");
}

#[test]
fn another_volume_is_added() {
    check(&[part("a", 1..=9).volume(1)], &part("b", 1..=9).volume(2), "added: a b");
}

#[test]
fn claims_made_again_are_added_and_never_give_way() {
    check(&[part("a", 1..=9)], &part("b", 1..=9).reclaims(), "added: a b");
    check(&[part("a", 1..=9).reclaims()], &part("b", 1..=9), "added: a b");
}

#[test]
fn a_part_with_no_patient_in_common_is_added() {
    check(&[part("a", 1..=9)], &part("b", 10..=19), "added: a b");
}

#[test]
fn a_part_takes_the_place_of_the_one_it_overlaps_most() {
    let current = [part("a", 1..=9), part("b", 10..=29), part("c", 30..=39)];
    check(&current, &part("n", 8..=33), "replaced: a n c (b: 20 -> 26, 0 lost)");
    check(&current, &part("n", 29..=39), "replaced: a b n (c: 10 -> 11, 0 lost)");
    let older_volume = [part("a", 1..=9).volume(1), part("b", 1..=4).volume(2)];
    check(&older_volume, &part("n", 1..=9).volume(2), "replaced: a n (b: 4 -> 9, 0 lost)");
}

#[test]
fn a_part_that_loses_more_than_a_tenth_and_more_than_5_waits() {
    // Exactly a tenth.
    check(&[part("a", 1..=60)], &part("n", 7..=60), "replaced: n (a: 60 -> 54, 6 lost)");
    // More than a tenth, more than 5.
    check(&[part("a", 1..=59)], &part("n", 7..=59), "waiting (a: 59 -> 53, 6 lost)");
    // Exactly 5, though half of all.
    check(&[part("a", 1..=10)], &part("n", 6..=20), "replaced: n (a: 10 -> 15, 5 lost)");
    check(&[part("a", 1..=10)], &part("n", 7..=20), "waiting (a: 10 -> 14, 6 lost)");
    // More than 5, though less than a tenth.
    check(&[part("a", 1..=100)], &part("n", 11..=200), "replaced: n (a: 100 -> 190, 10 lost)");
    check(&[part("a", 1..=100)], &part("n", 12..=200), "waiting (a: 100 -> 189, 11 lost)");
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "a part of nobody")]
fn a_part_that_would_empty_a_month_waits_however_few_it_had() {
    check(&[part("a", 1..=1)], &part("n", 1..=0), "waiting (a: 1 -> 0, 1 lost)");
    check(&[part("a", 1..=0)], &part("n", 1..=9), "replaced: n (a: 0 -> 9, 0 lost)");
    check(&[part("a", 1..=0)], &part("n", 1..=0), "replaced: n (a: 0 -> 0, 0 lost)");
}

#[test]
fn a_part_of_an_older_upload_takes_the_place_of_none_and_yet_is_added() {
    let current = [part("a", 1..=9), part("b", 10..=19).upload(7)];
    check(&current, &part("n", 10..=19).upload(6), "older");
    check(&current, &part("n", 18..=19).upload(6), "older");
    check(&current, &part("n", 1..=9).upload(6), "replaced: n b (a: 9 -> 9, 0 lost)");
    check(&current, &part("n", 1..=9).upload(5), "replaced: n b (a: 9 -> 9, 0 lost)");
    check(&current, &part("n", 30..=39).upload(1), "added: a b n");
}

#[test]
fn what_somebody_decided_puts_a_part_beside_in_place_or_out() {
    let (slot, _) = slot(&[part("a", 1..=1), part("b", 2..=2)]);
    let new = part("n", 3..=3).read().0;
    let names = |slot: Slot| slot.parts.into_iter().map(|it| it.object_sha256).collect::<Vec<String>>().join(" ");
    assert_eq!(names(slot.with(new.clone())), "a b n");
    assert_eq!(names(slot.with_in_place_of("a", new.clone())), "n b");
    assert_eq!(names(slot.with_in_place_of("gone", new)), "a b n");
    assert_eq!(names(slot.without("a")), "b");
    assert_eq!(names(slot.without("gone")), "a b");
}

#[test]
fn a_part_remembers_what_its_file_counts() {
    let receipts = [receipt("2024-06").chart("1"), receipt("2024-05").chart("01"), receipt("2024-06")];
    let part = PartRef::new(&shaho("2024-07", receipts).volume(2).facts(), "object".to_owned(), 7, "a.UKE".to_owned());
    assert_eq!((part.n_receipts, part.n_patients, part.points), (3, 2, 300));
    assert_eq!((part.volume, part.part, part.upload, part.is_all_reclaims), (2, 1, 7, false));
    assert_eq!(part.raw_sha256.len(), 64);
}

#[test]
fn a_slot_is_named_by_month_payer_and_kind() {
    let key = |file: &TestFile, stated| SlotKey::of(&file.facts(), stated).to_string();
    let unknown = shaho("2024-07", [receipt("2024-06").visit(1)]);
    assert_eq!(key(&unknown, None), "2024-07#shaho#submission");
    assert_eq!(key(&unknown, Some(SlotKind::Inspection)), "2024-07#shaho#inspection");
    let inspection = shaho("2024-07", [receipt("2024-06").drug("620098801", &[1])]);
    assert_eq!(key(&inspection, None), "2024-07#shaho#inspection");
    assert_eq!(key(&inspection, Some(SlotKind::Submission)), "2024-07#shaho#submission");
    assert_eq!(SlotKind::of(Kind::Submission, None), SlotKind::Submission);
}
