use std::{fs, path::Path};

use anyhow::{Context as _, ensure};
use careplan::{FileKind, FileName, OfficeNumber, ServiceType, Standard};
use japan::Month;
use jiff::SignedDuration;
use ledger::{Ledger, OfficeRow, Opens, PartnerRow, TokenHash, TokenRow};

use super::{stack::Stack, workspace::Workspace};
use crate::{
    Output,
    demo::{CARE_OFFICE, CARE_OFFICE_NAME, DemoFile, PlansSize, plan_partners, plans},
};

/// The seed of the care office's month.
const SEED: u64 = 1;
const SIZE: PlansSize = PlansSize { n_users: 6, n_partners: 2 };
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An invented office, set up.
struct Office {
    number: OfficeNumber,
    name: String,
    token: String,
}

/// Registers a care-management office and one of its partners that know each other, writes what each has
/// to send, and tells what to try.
pub(super) fn set_up(
    stack: &Stack,
    workspace: &Workspace,
    month: Month,
    output: &mut Output<'_>,
) -> anyhow::Result<()> {
    let (partner, partner_name) = plan_partners(SIZE.n_partners).into_iter().next().context("no partner")?;
    let care_office = OfficeNumber::new(CARE_OFFICE).context("a number of another form")?;
    let office =
        |number, name: &str| Office { number, name: name.to_owned(), token: format!("kyt_{}", host::random_token()) };
    let offices = [office(care_office, CARE_OFFICE_NAME), office(partner, &partner_name)];
    let ledger = Ledger::in_dynamodb(&stack.aws(), stack.output("CoreTable")?, stack.output("AuthTable")?);
    stack.wait(register(&ledger, &offices)).context("架空の介護事業所を作れません")?;

    let files = plans(SEED, month, Standard::V4, SIZE);
    let [care_office, partner] = &offices;
    let dir = workspace.state_dir.join("care");
    let to_send = [("kyotaku", care_office, partner), ("service", partner, care_office)];
    for (folder, from, to) in to_send {
        write_files(&dir.join(folder), &files, from, to).context("架空の介護事業所のファイルを書けません")?;
    }
    Ok(tell(&dir, &offices, output)?)
}

async fn register(ledger: &Ledger, offices: &[Office; 2]) -> anyhow::Result<()> {
    let now = host::now();
    for (office, partner, service_type) in [(&offices[0], &offices[1], "43"), (&offices[1], &offices[0], "11")] {
        let row = OfficeRow {
            name: office.name.clone(),
            service_types: ServiceType::new(service_type).into_iter().collect(),
            notify_address: None,
            terms_accepted_at: Some(now),
        };
        ensure!(ledger.save_office(&office.number, &row, 0).await?, "the office is there already");
        let known = PartnerRow { number: partner.number.clone(), name: partner.name.clone(), confirmed_at: now };
        ledger.confirm_partner(&office.number, &known).await?;
        let token = TokenRow {
            opens: Opens::Office(office.number.clone()),
            label: "kayoi up".to_owned(),
            person: None,
            expires_at_s: (now + TOKEN_LIFE).as_second(),
        };
        ledger.add_token(&TokenHash::of(&office.token), &token).await?;
    }
    Ok(())
}

/// What `from` has to send `to`: plans and the month's table, or 実績.
fn write_files(dir: &Path, files: &[DemoFile], from: &Office, to: &Office) -> anyhow::Result<()> {
    const KINDS: [FileKind; 7] = [
        FileKind::Sheet1,
        FileKind::Sheet2,
        FileKind::Sheet3,
        FileKind::Supplement,
        FileKind::Schedule,
        FileKind::Sheet7,
        FileKind::Actuals,
    ];
    fs::create_dir_all(dir)?;
    for file in files {
        let is_theirs = FileName::parse(&file.name)
            .is_ok_and(|it| it.sender == from.number && it.receiver == to.number && KINDS.contains(&it.kind));
        if is_theirs {
            fs::write(dir.join(&file.name), &file.bytes)?;
        }
    }
    Ok(())
}

fn tell(dir: &Path, offices: &[Office; 2], output: &mut Output<'_>) -> std::io::Result<()> {
    let dir = dir.display();
    let [care_office, partner] = offices;
    writeln!(output.data, "\n介護事業所（KAYOI_API は上と同じ）")?;
    writeln!(
        output.data,
        "  {}（{}）\n    export KYOTAKU='{}'",
        care_office.name, care_office.number, care_office.token
    )?;
    writeln!(output.data, "  {}（{}）\n    export SERVICE='{}'", partner.name, partner.number, partner.token)?;
    let steps = [
        ("計画書と予定を送る", format!("KAYOI_TOKEN=$KYOTAKU cargo kayoi plans send {dir}/kyotaku")),
        ("相手が受け取る", format!("KAYOI_TOKEN=$SERVICE cargo kayoi plans fetch --into {dir}/received")),
        ("読む（ブラウザーで開くHTML）", format!("cargo kayoi plans show {dir}/kyotaku > {dir}/plans.html")),
        ("実績を返す", format!("KAYOI_TOKEN=$SERVICE cargo kayoi plans send {dir}/service")),
        ("予定と実績を突き合わせる", format!("cargo kayoi plans reconcile {dir}/kyotaku {dir}/service")),
        ("どちらからも状態を見る", "KAYOI_TOKEN=$KYOTAKU cargo kayoi plans sent".to_owned()),
    ];
    for (what, command) in steps {
        writeln!(output.data, "  # {what}\n  {command}")?;
    }
    Ok(())
}
