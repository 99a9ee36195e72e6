use askama::Template;
use ledger::{MessageRow, PictureState, ReplyRow};

use crate::{message::in_tokyo, security_headers::STYLE};

/// The page of a message, behind the birth date.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage<'a> {
    pub(crate) style: &'static str,
    pub(crate) clinic_name: &'a str,
    pub(crate) contact: &'a str,
    /// Where forms go: the page's own address, relative to the request's.
    pub(crate) base: &'a str,
    pub(crate) message: ShownMessage<'a>,
    pub(crate) replies: Vec<ShownReply<'a>>,
    /// `None` where no reply is taken, or no more.
    pub(crate) form: Option<ReplyForm>,
    /// What is to be said first, in a sentence; empty for nothing.
    pub(crate) told: &'a str,
    /// Whether it is a mistake.
    pub(crate) is_mistake: bool,
}

/// A message as its patient sees it.
pub(crate) struct ShownMessage<'a> {
    subject: &'a str,
    body: &'a str,
    sent_on: String,
}

/// A reply as its patient sees it.
pub(crate) struct ShownReply<'a> {
    text: &'a str,
    written_at: String,
    pictures: Vec<ShownPicture<'a>>,
    /// What adding a picture posts; empty where no more are taken.
    add: String,
    id: &'a str,
}

struct ShownPicture<'a> {
    id: &'a str,
    is_waiting: bool,
    state: &'static str,
}

/// What a reply form carries.
pub(crate) struct ReplyForm {
    pub(crate) token: String,
    /// The id that the reply will have: sent twice, it is one reply.
    pub(crate) reply: String,
    /// What was typed before, where it must be sent again.
    pub(crate) text: String,
    pub(crate) max_chars: usize,
    pub(crate) max_pictures: usize,
}

impl<'a> ShownMessage<'a> {
    pub(crate) fn of(row: &'a MessageRow) -> Self {
        Self { subject: &row.subject, body: &row.body, sent_on: in_tokyo(row.made_at) }
    }
}

impl<'a> ShownReply<'a> {
    /// `add_form` is the token of the form that adds a picture.
    pub(crate) fn of(row: &'a ReplyRow, add_form: &str, max_pictures: usize) -> Self {
        let picture = |it: &'a ledger::PictureRef| ShownPicture {
            id: &it.id,
            is_waiting: it.state == PictureState::Waiting,
            state: match it.state {
                PictureState::Waiting => "確認しています",
                PictureState::Clean => "届きました",
                PictureState::Refused => "使えない形式のため届きませんでした",
            },
        };
        let has_place = n_kept(row) < max_pictures;
        Self {
            text: &row.text,
            written_at: in_tokyo(row.written_at),
            pictures: row.pictures.iter().map(picture).collect(),
            add: if has_place { add_form.to_owned() } else { String::new() },
            id: &row.id,
        }
    }
}

/// Pictures of a reply that were not refused.
pub(crate) fn n_kept(row: &ReplyRow) -> usize {
    row.pictures.iter().filter(|it| it.state != PictureState::Refused).count()
}

/// A page that says one thing, with the clinic's name.
#[derive(Template)]
#[template(path = "told.html")]
pub(crate) struct ToldPage<'a> {
    pub(crate) style: &'static str,
    pub(crate) clinic_name: &'a str,
    pub(crate) heading: &'a str,
    pub(crate) text: &'a str,
}

impl<'a> ToldPage<'a> {
    pub(crate) fn new(heading: &'a str, text: &'a str) -> Self {
        Self { style: STYLE, clinic_name: "", heading, text }
    }
}
