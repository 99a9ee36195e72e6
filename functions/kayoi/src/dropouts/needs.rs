use anyhow::bail;
use clinic::{Condition, Groups};
use codes::{Codes, Kind};

/// Checks that everything the conditions look at was given.
///
/// # Errors
///
/// Names the first condition that lacks something, and the option that gives it.
pub(crate) fn check(groups: &Groups, codes: &Codes, has_rosters: bool) -> anyhow::Result<()> {
    for group in &groups.groups {
        for leaf in leaves(&group.condition) {
            let needs = leaf.needs();
            let lacks_master = |is_needed, kind| is_needed && codes.n_codes(kind) == 0;
            let (condition, what, option) = if lacks_master(needs.disease_master, Kind::Disease) {
                ("icd10", "傷病名マスター", "--masters")
            } else if lacks_master(needs.drug_master, Kind::Drug) {
                ("price_list", "医薬品マスター", "--masters")
            } else if needs.questionnaires && !has_rosters {
                let is_complaint = matches!(leaf, Condition::ChiefComplaint(_));
                (if is_complaint { "chief_complaint" } else { "past_history" }, "問診のCSV", "--rosters")
            } else {
                continue;
            };
            bail!(
                "グループ「{}」の条件 {condition} には{what}が必要です。{option} に、そのファイルのあるフォルダーを指定してください。",
                group.id
            );
        }
    }
    Ok(())
}

/// The conditions that hold no others.
fn leaves(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().flat_map(leaves).collect(),
        Condition::Not(condition) => leaves(condition),
        leaf => vec![leaf],
    }
}
