use super::*;

const A: SavingsInput = SavingsInput { staff: 6, offices: 1, partners: 10, partners_online: 7, users: 40 };
const B: SavingsInput = SavingsInput { staff: 4, offices: 1, partners: 60, partners_online: 3, users: 120 };

fn cells(savings: &Savings, cell: impl Fn(Change) -> i64) -> Vec<i64> {
    savings.costs.iter().map(|(_, change)| cell(*change)).collect()
}

/// The older sheet shows what was added (below zero where something is saved), cut and not rounded, and
/// cuts its totals: 25 cells.
#[test]
fn every_cell_of_the_older_sheet_comes_out_by_the_older_rounding() {
    let shown = savings(A).unwrap();
    let before = [11_458_960, 2_112, 6_336, 18_240, 17_664, 377_004, 0];
    let after = [6_197_005, 634, 1_901, 5_472, 5_299, 377_004, 21_000];
    let difference = [-5_261_954, -1_478, -4_435, -12_768, -12_364, 0, 21_000];
    assert_eq!(cells(&shown, |it| it.before.rounded()), before);
    assert_eq!(cells(&shown, |it| it.after.rounded()), after);
    assert_eq!(cells(&shown, |it| -it.saving().truncated()), difference);
    let total = shown.total;
    let totals = [total.before.truncated(), total.after.truncated(), -total.saving().truncated()];
    assert_eq!(totals, [11_880_315, 6_608_314, -5_272_000]);
    assert_eq!(shown.hours_per_office.saving().rounded_to_tenths(), 3_959);
}

/// 28 cells; with the older sheet's, the 53 figures of `savings_cells.tsv`.
#[test]
fn every_cell_of_the_newer_sheet_comes_out_rounded() {
    let shown = savings(B).unwrap();
    let before = [3_819_653, 6_336, 19_008, 54_720, 52_992, 377_004, 0];
    let after = [3_694_369, 6_019, 18_058, 51_984, 50_342, 377_004, 21_000];
    let saving = [125_285, 317, 950, 2_736, 2_650, 0, -21_000];
    assert_eq!(cells(&shown, |it| it.before.rounded()), before);
    assert_eq!(cells(&shown, |it| it.after.rounded()), after);
    assert_eq!(cells(&shown, |it| it.saving().rounded()), saving);
    assert_eq!(shown.total.saving().rounded(), 110_937);
    let hours =
        |it: Change| [it.before.rounded_to_tenths(), it.after.rounded_to_tenths(), it.saving().rounded_to_tenths()];
    assert_eq!(hours(shown.hours_per_office), [4_310, 4_169, 141]);
    assert_eq!(hours(shown.hours_per_person), [1_078, 1_042, 35]);
}

#[test]
fn labour_counted_once_stands_beside_what_the_tool_multiplies_by_staff() {
    let check = |input, labour, total| {
        let shown = savings(input).unwrap();
        assert_eq!(shown.labour_once.saving().rounded(), labour);
        assert_eq!(shown.total_with_labour_once.saving().rounded(), total);
    };
    check(A, 876_992, 887_039);
    check(B, 31_321, 16_974);
    let alone = savings(SavingsInput { staff: 1, ..B }).unwrap();
    assert_eq!(alone.total, alone.total_with_labour_once);
}

#[test]
fn what_cannot_be_estimated_is_said() {
    let check = |input, expected| assert_eq!(savings(input), Err(expected));
    check(SavingsInput { partners: 0, partners_online: 0, ..B }, SavingsError::NoPartners);
    check(SavingsInput { partners_online: 61, ..B }, SavingsError::MoreOnlineThanPartners);
    check(SavingsInput { staff: 0, ..B }, SavingsError::NoStaff);
    check(SavingsInput { offices: 0, ..B }, SavingsError::NoOffices);
    check(SavingsInput { users: u32::MAX, ..B }, SavingsError::TooLarge { what: "利用者人数" });
    check(SavingsInput { staff: MAX_COUNT + 1, ..B }, SavingsError::TooLarge { what: "職員数" });
}

#[test]
fn the_largest_counts_are_computed_exactly() {
    let most = MAX_COUNT;
    let input = SavingsInput { staff: most, offices: most, partners: 1, partners_online: 1, users: most };
    let shown = savings(input).unwrap();
    assert_eq!(shown.costs[0].1.before.rounded(), 477_456_650_000_000_000);
    assert_eq!(shown.hours_per_person.before.rounded_to_tenths(), 2_155);
    let shown = savings(SavingsInput { partners: most, ..input }).unwrap();
    assert_eq!(shown.costs[0].1.saving().rounded(), 313_212);
}

#[test]
fn without_users_or_partners_in_the_exchange_the_licence_alone_changes() {
    for input in [SavingsInput { users: 0, ..B }, SavingsInput { partners_online: 0, ..B }] {
        assert_eq!(savings(input).unwrap().total.saving().rounded(), -21_000);
    }
}
