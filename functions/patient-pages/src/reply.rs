use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{NoticeKind, NoticeRow, ReplyRow, timed_id};

use crate::{
    PatientPages,
    error::{PageError, see_other},
    form::SessionForm,
    message,
    page::{Draft, replies_to, shown},
    picture,
};

/// Takes a reply, once however often its form is sent.
pub(crate) async fn reply(State(pages): State<Arc<PatientPages>>, form: SessionForm) -> Result<Response, PageError> {
    let SessionForm { link, session, fields } = form;
    let over = || PageError::SessionOver { question: format!("../{}", link.text) };
    let message = message::of_session(&pages, &session).await?.ok_or_else(over)?;
    let with_picture = fields.get("then") == "picture";
    let text = cleaned(fields.get("text"));
    let again = async |told, is_mistake| {
        let draft = Draft { text: text.clone(), told, is_mistake };
        shown(&pages, &session, &link, &message, "../", &draft).await
    };
    if text.is_empty() && !with_picture {
        return again("返信の内容を入力してください。", true).await;
    }
    if text.chars().count() > pages.settings.reply_max_chars {
        return again("文章が長すぎます。短くするか、2回に分けて送ってください。", true).await;
    }
    let id = fields.get("reply");
    if !is_reply_id(id) {
        return Err(PageError::Foreign);
    }
    if !message.takes_reply {
        return Err(PageError::Told(
            StatusCode::CONFLICT,
            "このメッセージには返信できません。医療機関へ直接ご連絡ください。",
        ));
    }

    let now = (pages.now)();
    let row = ReplyRow {
        id: id.to_owned(),
        patient: session.row.patient.clone(),
        message: message.id.clone(),
        text: text.clone(),
        pictures: Vec::new(),
        written_at: now,
        seen_at: None,
    };
    let clinic = &session.row.clinic;
    let known = pages.ledger.reply(clinic, &row.patient, id).await.context("reading a reply")?;
    if known.is_none() {
        if replies_to(&pages, &session, &message).await?.len() >= pages.settings.max_replies {
            return Err(PageError::Told(
                StatusCode::CONFLICT,
                "返信の数が上限になりました。医療機関へ直接ご連絡ください。",
            ));
        }
        let notice = NoticeRow {
            id: timed_id(now, &(pages.random_id)()),
            patient: row.patient.clone(),
            message: message.id.clone(),
            what: NoticeKind::Replied { reply: row.id.clone() },
            at: now,
            seen_at: None,
        };
        pages.ledger.add_reply(clinic, &row, &notice).await.context("keeping a reply")?;
    }
    // Read again: of two that came at once, one is kept.
    let kept = pages.ledger.reply(clinic, &row.patient, id).await.context("reading a reply")?.ok_or_else(over)?;
    if kept.row.text != text {
        return again("先ほどの返信は届いています。続けて送るときは、下の欄からもう一度送ってください。", false).await;
    }
    if with_picture {
        return picture::place_in(&pages, &session, &link, kept).await;
    }
    Ok(see_other(&format!("../{}", link.text)))
}

/// Without spaces around it and without characters that no keyboard writes.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|it| *it == '\n' || !it.is_control()).collect::<String>().trim().to_owned()
}

/// As `ledger::timed_id` writes one: what our form carried.
fn is_reply_id(id: &str) -> bool {
    let is_hex = |it: &str| it.len() == 32 && it.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    let is_time = |it: &str| it.len() == 15 && it.bytes().all(|it| it.is_ascii_digit());
    id.split_once('-').is_some_and(|(time, random)| is_time(time) && is_hex(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_kept_as_it_was_typed_but_for_what_nobody_types() {
        assert_eq!(cleaned(" はい\r\n\u{0}\u{7f}＜b＞\t。\r\n "), "はい\n＜b＞。");
        assert_eq!(cleaned("\r\n \n"), "");
    }

    #[test]
    fn only_an_id_of_our_form_is_taken() {
        let id = timed_id(jiff::Timestamp::from_second(1_795_000_000).unwrap(), &"0f".repeat(16));
        assert!(is_reply_id(&id));
        for bad in ["", "-", &id[1..], &format!("{id}0"), &id.to_uppercase(), "../000000000000-0f0f"] {
            assert!(!is_reply_id(bad), "{bad}");
        }
    }
}
