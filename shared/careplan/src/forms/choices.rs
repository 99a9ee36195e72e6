use crate::CodeTable;

/// One of several words printed side by side, of which the chosen ones are marked.
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// The codes of the table called `table`; a code it lacks stands behind them as it is.
pub(super) fn of_table(table: &str, code: &str) -> Vec<Choice> {
    let table = CodeTable::named(table);
    let names = table.into_iter().flat_map(|it| it.codes().filter_map(|code| Some((code, it.name_of(code)?))));
    let choices = names.map(|(it, name)| Choice { name: name.to_owned(), is_chosen: it == code });
    with_unknown(choices.collect(), code)
}

/// 計画書区分, whose codes beyond the first three stand for several of them.
pub(super) fn of_plan_kind(code: &str) -> Vec<Choice> {
    let name = CodeTable::named("計画書区分").and_then(|it| it.name_of(code)).unwrap_or_default();
    let choices = ["初回", "紹介", "継続"]
        .map(|it| Choice { name: it.to_owned(), is_chosen: name.split('＆').any(|part| part == it) });
    with_unknown(choices.into(), code)
}

fn with_unknown(mut choices: Vec<Choice>, code: &str) -> Vec<Choice> {
    if !code.is_empty() && !choices.iter().any(|it| it.is_chosen) {
        choices.push(Choice { name: code.to_owned(), is_chosen: true });
    }
    choices
}
