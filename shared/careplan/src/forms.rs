//! Plans and tables as the forms people know, in HTML that prints on A4.
//!
//! **Invariant:** whatever the files say is text: nothing of it becomes markup. The pages run no script
//! and ask for nothing from outside.

mod choices;
#[cfg(test)]
mod escape_tests;
mod labelled;
mod page;
mod sheet1;
mod sheet2;
mod sheet3;
mod sheet6;
mod sheet7;
pub(crate) mod shown;
#[cfg(test)]
mod tests;
mod who;

use crate::{CarePlan, MonthTable};

pub use page::render_document;

/// 第1表 to 第3表 of a plan, those it has: parts of a page (`<section>`), to be put into one by
/// [`render_document`] or into another with its styles.
pub fn render_plan(plan: &CarePlan) -> String {
    [sheet1::render(plan), sheet2::render(plan), sheet3::render(plan)].into_iter().flatten().collect()
}

/// 第6表, planned and done, and 第7表 of a month, those it has: parts of a page as [`render_plan`] gives.
pub fn render_table(table: &MonthTable) -> String {
    [sheet6::render(table), sheet7::render(table)].into_iter().flatten().collect()
}
