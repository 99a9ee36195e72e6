use std::fmt::Write as _;

use careplan::{OfficeMonth, OutcomeCounts, Reconciliation, UserMonth};

use crate::plans::shown::{grouped, printable, signed};

/// The reconciliation to be read in a terminal, user by user.
pub(super) fn shown(reconciliation: &Reconciliation) -> String {
    let mut text = String::new();
    for user in &reconciliation.users {
        write_user(&mut text, user);
    }
    text += "※ 単位数は「単位数×回数」の単純な合計です。支給限度額に含めない加算なども入っています。\n";
    if reconciliation.users.iter().any(|it| it.n_rows_without_units > 0) {
        text += "※ 単位数のない行は、合計に入っていません。\n";
    }
    text
}

fn write_user(text: &mut String, user: &UserMonth) {
    let name = if user.name.is_empty() { String::new() } else { format!("（{}）", printable(&user.name)) };
    let _ = writeln!(
        text,
        "■ 被保険者番号 {}{name}　保険者番号 {}　{}年{}月",
        printable(&user.person.insured),
        printable(&user.person.insurer),
        user.month.year(),
        user.month.month()
    );
    for office in &user.offices {
        write_office(text, office);
        for finding in user.findings.iter().filter(|it| it.office == office.office) {
            let _ = writeln!(text, "    ・{}", printable(&finding.sentence));
        }
    }
    let _ = writeln!(text, "  合計: {}", units(user.planned_units(), user.done_units()));
    if let (Some(limit), Some(over)) = (user.limit_units, user.over_units()) {
        let result = if over > 0 {
            format!("{}単位の超過", grouped(over))
        } else {
            format!("残り{}単位", grouped(-over))
        };
        let _ = writeln!(
            text,
            "  区分支給限度基準額 {}単位に対して、実績と未着の予定の合計は{}単位: {result}",
            grouped(limit),
            grouped(user.expected_units())
        );
    }
    text.push('\n');
}

fn write_office(text: &mut String, office: &OfficeMonth) {
    let name = if office.name.is_empty() { "事業所".to_owned() } else { printable(&office.name) };
    let _ = writeln!(text, "  {name}（{}）: {}", office.office, counts(office.counts));
    let _ = writeln!(text, "    {}", units(office.planned_units, office.done_units));
}

fn counts(counts: OutcomeCounts) -> String {
    let named = [
        ("予定どおり", counts.done),
        ("時間の変更", counts.other_time),
        ("日の変更", counts.moved),
        ("実績なし", counts.missed),
        ("予定外", counts.extra),
        ("未着", counts.not_reported),
    ];
    let shown: Vec<String> = named.iter().filter(|it| it.1 > 0).map(|(name, n)| format!("{name} {n}回")).collect();
    shown.join("、")
}

fn units(planned: i64, done: i64) -> String {
    let difference = signed(grouped(done - planned));
    format!("単位数 予定 {}、実績 {}（差 {difference}）", grouped(planned), grouped(done))
}
