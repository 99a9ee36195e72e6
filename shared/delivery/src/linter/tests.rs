use std::collections::BTreeSet;

use super::*;

const LINK: &str = "https://kayoi.example/m/abc";

fn rules() -> LintRules {
    LintRules {
        clinic_name: "かよい内科".to_owned(),
        sensitive: vec!["糖尿病".to_owned(), "メトホルミン".to_owned()],
        allowed_hosts: vec!["kayoi.example".to_owned(), "www.clinic.example".to_owned()],
        contact: "東京都千代田区1-1 03-1234-5678".to_owned(),
    }
}

/// The only place that knows how a message is linted and shown; each test is data.
fn codes(channel: Channel, subject: &str, body: &str, rules: &LintRules) -> Vec<LintCode> {
    let message = Rendered { subject: subject.to_owned(), body: body.to_owned(), cleaned: BTreeSet::new() };
    lint(channel, &message, rules).into_iter().map(|it| it.code).collect()
}

#[track_caller]
fn check(channel: Channel, subject: &str, body: &str, expected: &[LintCode]) {
    assert_eq!(codes(channel, subject, body, &rules()), expected, "{body}");
}

/// A text that trips `code` and nothing else, for a clinic that has set everything.
fn tripping(code: LintCode) -> (Channel, String, String) {
    let sms = |body: &str| (Channel::Sms, String::new(), body.to_owned());
    let mail = |subject: &str, body: &str| (Channel::Mail, subject.to_owned(), body.to_owned());
    let fine = format!("かよい内科です。\n配信停止はリンク先で。\n{LINK}");
    match code {
        LintCode::SensitiveOnLockScreen => mail("糖尿病の診察のお知らせ", &fine),
        LintCode::ClinicNameMissing => sms(&format!("お知らせです。配信停止はリンク先で。{LINK}")),
        LintCode::ContactMissing => sms(&fine),
        LintCode::OptOutMissing => sms(&format!("かよい内科です。{LINK}")),
        LintCode::SmsParts => sms(&format!("{fine}\n{}", "長".repeat(40))),
        LintCode::SmsTooLong => sms(&format!("{fine}\n{}", "長".repeat(630))),
        LintCode::ForeignUrl => sms("かよい内科です。配信停止はリンク先で。https://evil.example/"),
        LintCode::ShortUrl => sms("かよい内科です。配信停止はリンク先で。https://bit.ly/abc"),
        LintCode::InsecureUrl => sms("かよい内科です。配信停止はリンク先で。http://kayoi.example/"),
        LintCode::ManyLinks => (Channel::Line, String::new(), format!("{fine}\nhttps://www.clinic.example/")),
        LintCode::HalfWidthKana => sms(&format!("かよい内科ﾃﾞｽ。配信停止はリンク先で。{LINK}")),
        LintCode::MachineDependent => sms(&format!("かよい内科です。①予約 配信停止はリンク先で。{LINK}")),
        LintCode::SubjectEmpty => mail(" ", &fine),
        LintCode::SubjectLong => mail(&"長".repeat(40), &fine),
        LintCode::BodyEmpty => mail("お知らせ", "\n"),
        LintCode::TagAsText => mail("お知らせ", &format!("｛患者氏名｝様\n{fine}")),
    }
}

#[test]
fn each_code_has_a_text_that_trips_it_and_only_it() {
    for code in LintCode::ALL {
        let (channel, subject, body) = tripping(*code);
        let contact = if *code == LintCode::ContactMissing { " ".to_owned() } else { rules().contact };
        assert_eq!(codes(channel, &subject, &body, &LintRules { contact, ..rules() }), [*code], "{body}");
        assert!(code.advice().ends_with('。'));
    }
}

#[test]
fn the_codes_are_distinct() {
    let texts: BTreeSet<&str> = LintCode::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(texts.len(), LintCode::ALL.len());
}

#[test]
fn a_message_as_it_should_be_has_none() {
    let body = format!("かよい内科です。\n{LINK}\n配信停止はリンク先で。");
    check(Channel::Sms, "", &body, &[]);
    check(Channel::Mail, "かよい内科からのお知らせ", &body, &[]);
    check(Channel::Line, "", &format!("かよい内科です。{LINK}"), &[]);
}

#[test]
fn only_what_the_lock_screen_shows_is_looked_at() {
    let after = |n: usize, text: &str| format!("かよい内科です。{}{text} 配信停止はこちら", "あ".repeat(n));
    check(Channel::Line, "", &after(31, "糖尿病"), &[LintCode::SensitiveOnLockScreen]);
    check(Channel::Line, "", &after(32, "糖尿病"), &[]);
    // Its subject is not sent.
    check(Channel::Line, "糖尿病", &after(0, ""), &[]);
    check(Channel::Mail, "ﾒﾄﾎﾙﾐﾝの件", &after(0, ""), &[LintCode::SensitiveOnLockScreen, LintCode::HalfWidthKana]);
}

#[test]
fn places_are_counted_as_on_the_screen_and_advice_says_how_much() {
    let body = format!("かよい内科です。\n配信停止は①{LINK}\n{}", "長".repeat(60));
    let message = Rendered { subject: String::new(), body, cleaned: BTreeSet::new() };
    let lints = lint(Channel::Sms, &message, &rules());
    assert_eq!((lints[0].code, lints[0].at), (LintCode::SmsParts, None));
    assert!(lints[0].advice.ends_with("（2通分、103単位）"), "{}", lints[0].advice);
    assert_eq!(lints[1].at.unwrap().to_string(), "本文の2行6文字目");
}

#[test]
fn doubled_braces_around_a_tag_are_told() {
    let body = format!("{{患者氏名}}様 かよい内科です。 配信停止 {LINK}");
    check(Channel::Sms, "", &body, &[LintCode::TagAsText]);
    check(Channel::Sms, "", &body.replace("患者氏名", "合計"), &[]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_linted_and_every_place_is_inside_it(subject in ".{0,60}", body in "(?s).{0,120}") {
        let message = Rendered { subject: subject.clone(), body: body.clone(), cleaned: BTreeSet::new() };
        for channel in Channel::ALL {
            for at in lint(channel, &message, &rules()).into_iter().filter_map(|it| it.at) {
                let text = if at.part == Part::Subject { &subject } else { &body };
                let line = text.split('\n').nth(at.line - 1);
                proptest::prop_assert!(line.is_some_and(|it| at.column <= it.chars().count()));
            }
        }
    }
}
