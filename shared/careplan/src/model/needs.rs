use super::{RecordView as _, view::record_view};
use crate::Record;

/// 生活全般の解決すべき課題（ニーズ）, with the goals set for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserNeed {
    /// 課題ＮＯ.
    pub number: String,
    /// 課題.
    pub text: String,
    /// In the order of the form.
    pub long_goals: Vec<LongGoal>,
}

/// 長期目標, with its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongGoal {
    /// 援助目標ＮＯ.
    pub number: String,
    /// 長期目標.
    pub text: String,
    /// 長期期間, free text.
    pub period: String,
    /// In the order of the form.
    pub short_goals: Vec<ShortGoal>,
}

/// 短期目標, with what is done for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortGoal {
    /// 短期目標.
    pub text: String,
    /// 短期期間, free text.
    pub period: String,
    /// In the order of the form.
    pub supports: Vec<Support>,
}

record_view! {
    /// 援助内容: what is done, by whom and how often.
    Support of Sheet2, 13 to 20;
    /// 援助内容ＮＯ.
    number = 13;
    /// サービス内容.
    content = 14;
    /// 保険対象区分, a code.
    coverage = 15;
    /// サービス種別.
    service = 16;
    /// サービス事業者コード.
    office = 17;
    /// サービス事業所名.
    office_name = 18;
    /// 頻度.
    frequency = 19;
    /// 実施期間.
    period = 20;
}

impl UserNeed {
    /// How many rows of the form it takes.
    pub fn n_rows(&self) -> usize {
        self.long_goals.iter().map(LongGoal::n_rows).sum()
    }

    /// The needs in the rows of 第2表, ordered by their numbers where all have them. The text of a level
    /// is left blank where it repeats (別紙 第2表).
    pub(super) fn tree(rows: &[&Record]) -> Vec<Self> {
        let mut rows = rows.to_vec();
        if rows.iter().all(|it| place(it).is_some()) {
            rows.sort_by_key(|it| place(it));
        }
        let mut needs: Vec<Self> = Vec::new();
        for row in rows {
            let (number, text) = (row.text(6), row.text(7));
            if !needs.last().is_some_and(|it| it.number == number && goes_on(text, &it.text)) {
                needs.push(Self { number: number.to_owned(), text: text.to_owned(), long_goals: Vec::new() });
            }
            if let Some(need) = needs.last_mut() {
                add_long_goal(&mut need.long_goals, row);
            }
        }
        needs
    }
}

impl LongGoal {
    /// How many rows of the form it takes.
    pub fn n_rows(&self) -> usize {
        self.short_goals.iter().map(ShortGoal::n_rows).sum()
    }
}

impl ShortGoal {
    /// How many rows of the form it takes: one where nothing is done for it yet.
    pub fn n_rows(&self) -> usize {
        self.supports.len().max(1)
    }
}

/// Where a row stands on the form: 課題ＮＯ, 援助目標ＮＯ, 援助内容ＮＯ.
fn place(row: &Record) -> Option<[u32; 3]> {
    let [need, goal, support] = [6, 8, 13].map(|it| row.text(it).parse().ok());
    Some([need?, goal?, support?])
}

/// Whether a cell with `text` belongs to the one above it.
fn goes_on(text: &str, above: &str) -> bool {
    text.is_empty() || text == above
}

fn add_long_goal(goals: &mut Vec<LongGoal>, row: &Record) {
    let (number, text, period) = (row.text(8), row.text(9), row.text(11));
    let above = goals.last().filter(|it| it.number == number);
    if !above.is_some_and(|it| goes_on(text, &it.text) && goes_on(period, &it.period)) {
        let text = repeated(text, above.map(|it| &it.text));
        goals.push(LongGoal { number: number.to_owned(), text, period: period.to_owned(), short_goals: Vec::new() });
    }
    if let Some(goal) = goals.last_mut() {
        add_short_goal(&mut goal.short_goals, row);
    }
}

fn add_short_goal(goals: &mut Vec<ShortGoal>, row: &Record) {
    let (text, period) = (row.text(10), row.text(12));
    let above = goals.last();
    if !above.is_some_and(|it| goes_on(text, &it.text) && goes_on(period, &it.period)) {
        let text = repeated(text, above.map(|it| &it.text));
        goals.push(ShortGoal { text, period: period.to_owned(), supports: Vec::new() });
    }
    let support = Support::of(row);
    if let Some(goal) = goals.last_mut().filter(|_| !support.is_blank()) {
        goal.supports.push(support);
    }
}

fn repeated(text: &str, above: Option<&String>) -> String {
    above.filter(|_| text.is_empty()).cloned().unwrap_or_else(|| text.to_owned())
}
