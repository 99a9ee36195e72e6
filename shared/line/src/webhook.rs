use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

/// The body of one call of LINE to the webhook, once its signature is verified.
#[derive(Debug, Deserialize)]
pub struct Webhook {
    /// The user id of the bot: which channel it is for.
    pub destination: String,
    /// In no order that can be relied on; none when LINE tries the address.
    pub events: Vec<WebhookEvent>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Told")]
pub struct WebhookEvent {
    /// By which a repeat is known.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// Whether LINE sends it again, as an earlier call was not answered.
    pub is_redelivery: bool,
    /// Whether another program has the chat at present, so that nothing may be sent.
    pub is_standby: bool,
    /// Whose event it is; `None` where LINE does not tell.
    pub user: Option<String>,
    /// For a reply, once; `None` where none can be given.
    pub reply_token: Option<String>,
    /// What kind it is, with what only this kind has.
    pub kind: EventKind,
}

/// The kinds of events, as far as we read them.
#[derive(Clone, PartialEq, Eq)]
pub enum EventKind {
    /// 友だち追加.
    Follow {
        /// After a block.
        is_unblocked: bool,
    },
    /// The user blocked the account.
    Unfollow,
    /// The user wrote.
    Message {
        /// `None` for a picture, a sticker and the like.
        text: Option<String>,
    },
    /// The end of an account link.
    AccountLink {
        /// Whether LINE linked the accounts.
        is_ok: bool,
        /// What our page gave LINE for it.
        nonce: String,
    },
    /// The user tapped a button of ours.
    Postback {
        /// What the button holds.
        data: String,
    },
    /// Any other, by its name, and one of the above without what belongs to it.
    Other {
        /// LINE's `type`.
        name: String,
    },
}

/// Which event it is, and nothing of the patient.
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Its name alone.
impl fmt::Debug for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Follow { .. } => "follow",
            Self::Unfollow => "unfollow",
            Self::Message { .. } => "message",
            Self::AccountLink { .. } => "accountLink",
            Self::Postback { .. } => "postback",
            Self::Other { .. } => "other",
        })
    }
}

/// As LINE writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(rename = "type")]
    name: String,
    webhook_event_id: String,
    timestamp: i64,
    mode: Option<String>,
    #[serde(default)]
    delivery_context: DeliveryContext,
    source: Option<Source>,
    reply_token: Option<String>,
    follow: Option<Follow>,
    message: Option<Message>,
    link: Option<Link>,
    postback: Option<Postback>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryContext {
    is_redelivery: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    user_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Follow {
    #[serde(default)]
    is_unblocked: bool,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    result: String,
    nonce: String,
}

#[derive(Deserialize)]
struct Postback {
    data: String,
}

impl TryFrom<Told> for WebhookEvent {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let kind = match (told.name.as_str(), told.message, told.link, told.postback) {
            ("follow", ..) => EventKind::Follow { is_unblocked: told.follow.is_some_and(|it| it.is_unblocked) },
            ("unfollow", ..) => EventKind::Unfollow,
            ("message", Some(message), ..) => EventKind::Message { text: message.text },
            ("accountLink", _, Some(it), _) => EventKind::AccountLink { is_ok: it.result == "ok", nonce: it.nonce },
            ("postback", _, _, Some(postback)) => EventKind::Postback { data: postback.data },
            _ => EventKind::Other { name: told.name },
        };
        Ok(Self {
            id: told.webhook_event_id,
            at: Timestamp::from_millisecond(told.timestamp).map_err(|_| "an event at no time of ours")?,
            is_redelivery: told.delivery_context.is_redelivery,
            is_standby: told.mode.as_deref() == Some("standby"),
            user: told.source.and_then(|it| it.user_id),
            reply_token: told.reply_token,
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads an event with this `type` and this more, beside what all have.
    fn read(name: &str, more: &str) -> WebhookEvent {
        let body = format!(
            r#"{{"destination":"Ubot","events":[{{"type":"{name}","mode":"active","timestamp":1462629479859,
            "webhookEventId":"01FZ74A0TDDPYRVKNK77XKC3ZR","deliveryContext":{{"isRedelivery":true}},
            "source":{{"type":"user","userId":"Upatient"}}{more}}}]}}"#
        );
        let webhook: Webhook = serde_json::from_str(&body).unwrap();
        let shown = format!("{webhook:?}");
        assert!(!shown.contains("Upatient") && !shown.contains("secret"), "{shown}");
        webhook.events.into_iter().next().unwrap()
    }

    #[test]
    fn what_all_events_have() {
        let event = read("unfollow", r#","unknown":{"a":[1]}"#);
        assert_eq!((event.id.as_str(), event.user.as_deref()), ("01FZ74A0TDDPYRVKNK77XKC3ZR", Some("Upatient")));
        assert_eq!((event.is_redelivery, event.is_standby, event.reply_token), (true, false, None));
        assert_eq!(event.at.to_string(), "2016-05-07T13:57:59.859Z");
        assert!(event.kind == EventKind::Unfollow);
    }

    #[test]
    fn each_kind_and_those_that_are_none() {
        let check = |name: &str, more: &str, kind: EventKind| assert!(read(name, more).kind == kind, "{name} {more}");
        let reply_token = r#","replyToken":"secret-token""#;
        assert_eq!(read("follow", reply_token).reply_token.as_deref(), Some("secret-token"));
        check("follow", r#","follow":{"isUnblocked":true}"#, EventKind::Follow { is_unblocked: true });
        check("follow", "", EventKind::Follow { is_unblocked: false });
        let text = Some("secret".to_owned());
        check("message", r#","message":{"id":"1","type":"text","text":"secret"}"#, EventKind::Message { text });
        check("message", r#","message":{"id":"1","type":"image"}"#, EventKind::Message { text: None });
        let nonce = "secret-nonce".to_owned();
        let link = r#","link":{"result":"ok","nonce":"secret-nonce"}"#;
        check("accountLink", link, EventKind::AccountLink { is_ok: true, nonce: nonce.clone() });
        let link = r#","link":{"result":"failed","nonce":"secret-nonce"}"#;
        check("accountLink", link, EventKind::AccountLink { is_ok: false, nonce });
        let data = "secret".to_owned();
        check("postback", r#","postback":{"data":"secret"}"#, EventKind::Postback { data });

        for name in ["unsend", "membership", "accountLink"] {
            check(name, "", EventKind::Other { name: name.to_owned() });
        }
    }

    #[test]
    fn a_try_of_the_address_has_no_events() {
        let webhook: Webhook = serde_json::from_str(r#"{"destination":"Ubot","events":[]}"#).unwrap();
        assert_eq!(webhook.events, []);
        let unreadable = r#"{"destination":"Ubot","events":[{"type":"follow"}]}"#;
        assert!(serde_json::from_str::<Webhook>(unreadable).is_err());
    }
}
