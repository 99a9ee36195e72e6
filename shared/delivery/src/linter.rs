mod code;
mod links;
mod lock_screen;
mod writing;

#[cfg(test)]
mod tests;

pub use code::{LintCode, LintSeverity};
use japan::fold_name;
use serde::Serialize;

use crate::{Channel, Part, Position, Rendered, Tag, sms_parts};

/// What a clinic's messages are held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintRules {
    /// The name at contract.
    pub clinic_name: String,
    /// Names of diseases and drugs, in any width, that nobody beside the patient may read.
    pub sensitive: Vec<String>,
    /// Hosts that links may lead to, such as `kayoi.example` or `www.clinic.example`; a host below one of
    /// them is another.
    pub allowed_hosts: Vec<String>,
    /// Where the page says whom to ask, with address and telephone.
    pub contact: String,
}

/// Something about a message that its author should know before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// What it is, stable across versions.
    pub code: LintCode,
    /// How much it matters.
    pub severity: LintSeverity,
    /// Where it begins; `None` for what is missing or concerns the whole message.
    pub at: Option<Position>,
    /// What to do, in a Japanese sentence.
    pub advice: String,
}

/// What is to be said of `message` as `channel` shows it, in the order of 件名 and 本文; what has no place
/// comes first.
///
/// A template is looked at as rendered with [`crate::Values::sample`]; the places are those of that text.
pub fn lint(channel: Channel, message: &Rendered, rules: &LintRules) -> Vec<Lint> {
    let mut lints = Lints::default();
    if channel == Channel::Mail {
        writing::check_subject(&message.subject, &mut lints);
    }
    if message.body.trim().is_empty() {
        lints.push(LintCode::BodyEmpty, None);
        return lints.sorted();
    }
    check_sender(channel, &message.body, rules, &mut lints);
    lock_screen::check(channel, message, rules, &mut lints);
    links::check(channel, message, rules, &mut lints);
    if channel == Channel::Sms {
        check_sms(&message.body, &mut lints);
    }
    let parts = [(Part::Subject, message.subject_on(channel).unwrap_or_default()), (Part::Body, &*message.body)];
    for (part, text) in parts {
        writing::check_characters(part, text, &mut lints);
        check_tags(part, text, &mut lints);
    }
    lints.sorted()
}

/// Who sends, whom to ask, and how to refuse (特定電子メール法 §4): mail and SMS; LINE shows the account and lets
/// it be blocked.
fn check_sender(channel: Channel, body: &str, rules: &LintRules, lints: &mut Lints) {
    const WAYS_OUT: [&str; 10] = [
        "配信停止",
        "配信を停止",
        "配信の停止",
        "配信を止め",
        "配信不要",
        "配信を希望され",
        "停止はこちら",
        "受信停止",
        "受信拒否",
        "受信を希望され",
    ];
    let body = fold_name(body);
    if !body.contains(&fold_name(&rules.clinic_name)) {
        lints.push(LintCode::ClinicNameMissing, None);
    }
    if channel != Channel::Line && rules.contact.trim().is_empty() {
        lints.push(LintCode::ContactMissing, None);
    }
    if channel != Channel::Line && !WAYS_OUT.iter().any(|it| body.contains(&fold_name(it))) {
        lints.push(LintCode::OptOutMissing, None);
    }
}

fn check_sms(body: &str, lints: &mut Lints) {
    match sms_parts(body) {
        Err(_) => lints.push(LintCode::SmsTooLong, None),
        Ok(parts) if parts.n_parts > 1 => {
            lints.push_with(LintCode::SmsParts, None, &format!("{}通分、{}単位", parts.n_parts, parts.n_units));
        }
        Ok(_) => {}
    }
}

/// Finds tags that are only text: braces in full width, or doubled.
fn check_tags(part: Part, text: &str, lints: &mut Lints) {
    for (at, _) in text.match_indices(['{', '｛']) {
        let inside = text[at..].chars().skip(1).take(40).collect::<String>();
        let inside = inside.split(['}', '｝', '|', '｜']).next().unwrap_or_default();
        if Tag::named(inside).is_some() {
            lints.push(LintCode::TagAsText, Some(Position::at(part, text, at)));
        }
    }
}

/// The lints of a message while it is looked at.
#[derive(Default)]
struct Lints(Vec<Lint>);

impl Lints {
    fn push(&mut self, code: LintCode, at: Option<Position>) {
        self.0.push(Lint { code, severity: code.severity(), at, advice: code.advice().to_owned() });
    }

    /// With `facts` in brackets behind the advice.
    fn push_with(&mut self, code: LintCode, at: Option<Position>, facts: &str) {
        let advice = format!("{}（{facts}）", code.advice());
        self.0.push(Lint { code, severity: code.severity(), at, advice });
    }

    fn sorted(mut self) -> Vec<Lint> {
        self.0.sort_by_key(|it| (it.at, it.code));
        self.0
    }
}
