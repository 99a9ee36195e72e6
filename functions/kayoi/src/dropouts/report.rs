use std::io::{self, Write};

use clinic::{Because, Dropouts, Folded, Freshness, GroupCount, Groups, Listed, Member, Status};
use jiff::civil::Date;
use receipt::Payer;
use serde::Serialize;

/// The lists, before they are written in one form or another.
pub(crate) struct Report<'a> {
    pub(crate) as_of: Date,
    pub(crate) freshness: &'a Freshness,
    pub(crate) groups: &'a Groups,
    pub(crate) folded: &'a Folded<'a>,
    pub(crate) dropouts: &'a Dropouts<'a>,
}

#[derive(Serialize)]
struct Lists<'a> {
    as_of: Date,
    data_through: Option<Date>,
    groups: Vec<CountedGroup<'a>>,
    patients: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct CountedGroup<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(flatten)]
    count: GroupCount,
}

impl<'a> Report<'a> {
    pub(crate) fn write_json(&self, data: &mut dyn Write) -> anyhow::Result<()> {
        let counted = self.groups.groups.iter().zip(&self.dropouts.groups);
        let lists = Lists {
            as_of: self.as_of,
            data_through: self.freshness.data_through,
            groups: counted
                .map(|(group, count)| CountedGroup { id: &group.id, name: &group.name, count: *count })
                .collect(),
            patients: self.dropouts.members.iter().map(|it| self.listed(it)).collect(),
        };
        serde_json::to_writer_pretty(&mut *data, &lists)?;
        Ok(writeln!(data)?)
    }

    /// Tells what the lists cannot know: missing months, and patients whose drugs are in no file.
    pub(crate) fn tell_gaps(&self, messages: &mut dyn Write) -> io::Result<()> {
        for (payer, month) in &self.freshness.missing {
            writeln!(messages, "{}の請求年月 {month} のレセプトがありません。", payer_name(*payer))?;
        }
        for (group, count) in self.groups.groups.iter().zip(&self.dropouts.groups) {
            if count.unknown > 0 {
                writeln!(
                    messages,
                    "グループ「{}」: 点検用のレセプトがない月があり、医薬品の条件を判定できない患者が{}人います（一覧には入れていません）。",
                    group.id, count.unknown
                )?;
            }
        }
        Ok(())
    }

    /// The members of the group at `index` with `status`, in the order of the lists.
    pub(crate) fn members(&self, index: usize, status: Status) -> impl Iterator<Item = Listed<'a>> {
        let members = self.dropouts.members.iter().filter(move |it| it.group == index && it.span.status == status);
        members.map(|it| self.listed(it))
    }

    fn listed(&self, member: &'a Member<'a>) -> Listed<'a> {
        member.listed(self.folded, self.groups)
    }
}

pub(crate) fn payer_name(payer: Payer) -> &'static str {
    match payer {
        Payer::Shaho => "社保",
        Payer::Kokuho => "国保",
    }
}

/// Why a patient is in a group, for people.
pub(crate) fn reasons(because: &[Because<'_>]) -> String {
    let reasons: Vec<String> = because.iter().map(reason).collect();
    reasons.join("、")
}

fn reason(because: &Because<'_>) -> String {
    let name = &because.name;
    match because.condition {
        "disease" => format!("病名 {name}"),
        "procedure" => format!("診療行為 {name}"),
        "drug" => format!("医薬品 {name}"),
        "insurance" => format!("保険 {name}"),
        "chief_complaint" => format!("主訴 {name}"),
        "past_history" => format!("既往歴 {name}"),
        _ => name.to_string(),
    }
}
