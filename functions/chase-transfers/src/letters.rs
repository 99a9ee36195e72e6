use anyhow::{Context as _, Result};
use careplan::OfficeNumber;
use japan::Month;
use mail::{Letter, Posted};
use tracing::warn;

use crate::ChaseTransfers;

/// What stands below every letter.
const FOOTER: &str = "\n\nこのメールに個人情報は含まれません。返信はできません。\n";

/// What an office is called, or its number where it is not registered any more.
pub(crate) async fn name_of(deps: &ChaseTransfers, office: &OfficeNumber) -> Result<String> {
    let row = deps.ledger.office(office).await.context("getting an office")?;
    Ok(row.map_or_else(|| office.to_string(), |it| it.row.name))
}

/// Sends a letter to an office, if it has an address.
pub(crate) async fn send(
    deps: &ChaseTransfers,
    office: &OfficeNumber,
    letter: impl FnOnce(String) -> Letter,
) -> Result<()> {
    let row = deps.ledger.office(office).await.context("getting an office")?;
    let Some(address) = row.and_then(|it| it.row.notify_address) else { return Ok(()) };
    if deps.mail.send(&letter(address)).await.context("sending a letter")? == Posted::Refused {
        warn!(office.hash = host::key_hash(office.as_str()), "an office's address is refused");
    }
    Ok(())
}

pub(crate) fn reminder(to: String, sender: &str) -> Letter {
    Letter {
        to,
        subject: "【かよい】まだ受け取られていない書類があります".to_owned(),
        text: format!(
            "{sender}からの書類が、まだ受け取られていません。\n介護ソフトまたは kayoi plans inbox で受け取ってください。{FOOTER}"
        ),
    }
}

pub(crate) fn undelivered(to: String, receiver: &str) -> Letter {
    Letter {
        to,
        subject: "【かよい】相手が受け取っていない書類があります".to_owned(),
        text: format!(
            "{receiver}あての書類が、5日たっても受け取られていません。\n電話などで相手に確かめてください。書類は残っています。{FOOTER}"
        ),
    }
}

pub(crate) fn actuals_asked(to: String, asking: &str, month: Month) -> Letter {
    let month = name_of_month(month);
    Letter {
        to,
        subject: format!("【かよい】{month}の実績をお送りください"),
        text: format!(
            "{asking}が、{month}の実績を待っています。\n介護ソフトから実績を出力し、送ってください。{FOOTER}"
        ),
    }
}

pub(crate) fn actuals_missing(to: String, partners: &[String], month: Month) -> Letter {
    let month = name_of_month(month);
    let names: Vec<String> = partners.iter().map(|it| format!("・{it}\n")).collect();
    Letter {
        to,
        subject: format!("【かよい】{month}の実績がまだの事業所が{}件あります", partners.len()),
        text: format!(
            "{month}の実績がまだ届いていない事業所です。それぞれにお願いのメールを送りました。\n{}{FOOTER}",
            names.concat()
        ),
    }
}

fn name_of_month(month: Month) -> String {
    format!("{}年{}月分", month.year(), month.month())
}
