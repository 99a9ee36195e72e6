use askama::Template;

use super::{
    choices::{self, Choice},
    shown,
    who::Who,
};
use crate::{CarePlan, Cover};

#[derive(Template)]
#[template(path = "sheet1.html")]
struct Sheet1 {
    who: Who,
    drawn_up_on: String,
    plan_kinds: Vec<Choice>,
    certifications: Vec<Choice>,
    address: String,
    planner: String,
    office: String,
    office_address: String,
    planned_on: String,
    first_planned_on: String,
    certified_on: String,
    certified_from: String,
    certified_to: String,
    care_levels: Vec<Choice>,
    texts: [(&'static str, String); 3],
    home_help_reasons: Vec<Choice>,
    other_reason: String,
}

/// 第1表, where the plan has it.
pub(super) fn render(plan: &CarePlan) -> Option<String> {
    let cover = plan.cover.as_ref()?;
    Some(Sheet1::of(cover, Who::of(&plan.person, plan.facts.as_ref())).to_string())
}

impl Sheet1 {
    fn of(it: &Cover, who: Who) -> Self {
        Self {
            who,
            drawn_up_on: shown::day(it.drawn_up_on()),
            plan_kinds: choices::of_plan_kind(it.plan_kind()),
            certifications: choices::of_table("認定状況区分", it.certification()),
            address: shown::joined(&[it.postcode(), it.address(), it.address_rest()], "　"),
            planner: it.planner().to_owned(),
            office: shown::joined(&[it.office_name(), it.office()], "　"),
            office_address: shown::joined(&[it.office_postcode(), it.office_address(), it.office_address_rest()], "　"),
            planned_on: shown::day(it.planned_on()),
            first_planned_on: shown::day(it.first_planned_on()),
            certified_on: shown::day(it.certified_on()),
            certified_from: shown::day(it.certified_from()),
            certified_to: shown::day(it.certified_to()),
            care_levels: choices::of_table("要介護状態区分", it.care_level()),
            texts: [
                ("利用者及び家族の生活に対する意向を踏まえた課題分析の結果", it.wishes().to_owned()),
                ("介護認定審査会の意見及びサービスの種類の指定", it.board_opinion().to_owned()),
                ("総合的な援助の方針", it.policy().to_owned()),
            ],
            home_help_reasons: choices::of_table("生活援助中心型の算定理由", it.home_help_reason()),
            other_reason: it.other_reason().to_owned(),
        }
    }
}
