use anyhow::{Context as _, Result};
use delivery::{Channel, LinkToken};
use jiff::SignedDuration;
use ledger::{AttachmentRef, LinkRow};
use line::{ChannelToken, Push};
use mail::{Attachment, Message};
use sms::SmsLetter;

use crate::{prepare::Leased, worker::Worker};

/// What a provider is given.
pub(crate) enum Letter {
    Line(ChannelToken, Push),
    Sms(SmsLetter),
    Mail(Message),
}

/// A carrier does not try longer than this: what comes in the middle of the night is worse than nothing.
const SMS_LIFE: SignedDuration = SignedDuration::from_hours(6);
/// The service takes no shorter one.
const SMS_LIFE_MIN_S: u32 = 5;
/// A mail of 7 MB holds no more.
const ATTACHMENT_MAX_BYTES: u64 = 5_000_000;

/// The message as its channel carries it; `None` where a file that belongs to it is gone.
pub(crate) async fn compose(worker: &Worker<'_>, it: &Leased) -> Result<Option<Letter>> {
    let (to, message) = (it.address.clone(), &it.message.row);
    Ok(match it.row.row.channel {
        Channel::Line => {
            let token = it.clinic.line.clone().context("a clinic without a LINE channel")?;
            Some(Letter::Line(token, Push { to, texts: vec![message.body.clone()] }))
        }
        Channel::Sms => {
            let left = it.row.row.send_before.duration_since(worker.now()).min(SMS_LIFE);
            let time_to_live_s = u32::try_from(left.as_secs()).unwrap_or(0).max(SMS_LIFE_MIN_S);
            Some(Letter::Sms(SmsLetter { to, text: message.body.clone(), time_to_live_s }))
        }
        Channel::Mail => {
            let Some(attachments) = attachments(worker, &message.attachments).await? else { return Ok(None) };
            let token = LinkToken::of(&worker.deps.secrets.links, &it.first_id);
            Some(Letter::Mail(Message {
                to,
                from_name: it.clinic.name.clone(),
                reply_to: it.clinic.settings.reply_to.clone(),
                subject: message.subject.clone(),
                text: message.body.clone(),
                attachments,
                unsubscribe_url: Some(token.stop_page(&worker.deps.settings.pages)),
            }))
        }
    })
}

async fn attachments(worker: &Worker<'_>, files: &[AttachmentRef]) -> Result<Option<Vec<Attachment>>> {
    let mut attachments = Vec::with_capacity(files.len());
    for file in files {
        let bytes = worker.deps.files.get(&file.key, ATTACHMENT_MAX_BYTES).await.context("getting an attachment")?;
        let Some(bytes) = bytes else { return Ok(None) };
        attachments.push(Attachment { name: file.name.clone(), content_type: file.content_type.clone(), bytes });
    }
    Ok(Some(attachments))
}

/// Keeps what the link in the message opens, before the message can arrive: by each channel the same page.
pub(crate) async fn keep_link(worker: &Worker<'_>, it: &Leased) -> Result<()> {
    let token = LinkToken::of(&worker.deps.secrets.links, &it.first_id);
    let row = LinkRow {
        clinic: it.clinic.id.clone(),
        patient: it.message.row.patient.clone(),
        message: it.first_id.clone(),
        expires_at_s: it.message.row.opens_until.as_second(),
    };
    worker.deps.ledger.add_link(&token, &row).await.context("keeping a link")
}
