use std::num::NonZeroU16;

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;
use crate::{
    AddressFacts, DayCap, Hours, HoursSettings, PatientCap, QuietHours, Reach, Template, TemplateText, Values, Ways,
    gate::tests::{nothing_against, reachable},
};

const LINK: &str = "https://kayoi.example/m/0123456789";

/// A patient with the addresses that `at` lists, such as `line:1 mail:2`.
fn patient(at: &str) -> Recipient {
    let mut reach = Reach::default();
    for address in at.split_whitespace() {
        let facts = reachable(address);
        match address.split_once(':').unwrap().0 {
            "line" => reach.line = facts,
            "sms" => reach.sms = facts,
            _ => reach.mail = facts,
        }
    }
    let values = Values::sample("かよい内科", LINK);
    Recipient { person: nothing_against(), reach, values, sent_on: Vec::new() }
}

fn template(body: &str) -> Template {
    Template::parse(&TemplateText { subject: "お知らせ".to_owned(), body: body.to_owned() }).unwrap()
}

fn hours() -> Hours {
    let time = |hour| jiff::civil::time(hour, 0, 0, 0);
    let quiet = Some(QuietHours { from: time(20), until: time(9) });
    Hours::new(HoursSettings { quiet, ..HoursSettings::default() }).unwrap()
}

fn plan<'a>(template: &'a Template, hours: &'a Hours) -> SendPlan<'a> {
    SendPlan {
        template,
        ways: Ways::default(),
        hours,
        due: noon(),
        send_before: None,
        patient_cap: PatientCap { max: NonZeroU16::MIN, days: 7 },
        day_cap: DayCap(1000),
        n_sent_that_day: 0,
        line_quota_left: None,
        sms_part_price: MilliYen(11_176),
    }
}

fn noon() -> DateTime {
    date(2026, 11, 24).at(12, 0, 0, 0)
}

/// The only place that knows how a forecast is made and shown; each test is data.
fn shown(recipients: &[Recipient], plan: &SendPlan<'_>) -> String {
    let forecast = serde_json::to_value(Forecast::of(recipients, plan)).unwrap();
    let shown = ["by_channel", "passed_over", "unreachable", "missing", "over_patient_cap", "over_day_cap"];
    shown.map(|it| forecast[it].to_string()).join(" ")
}

#[test]
fn patients_are_counted_by_channel_with_what_it_costs() {
    let (template, hours) = (template(&format!("{{患者氏名}}様{}", "長".repeat(40))), hours());
    let mut dead = patient("line:9");
    dead.person.is_dead = true;
    let mut blocked = patient("line:3 sms:3");
    blocked.reach.line.is_blocked = true;
    let recipients = [patient("line:1 sms:1"), patient("sms:2"), blocked, patient("mail:4"), patient(""), dead];
    let plan = SendPlan { line_quota_left: Some(200), ..plan(&template, &hours) };
    assert_eq!(
        shown(&recipients, &plan),
        concat!(
            r#"{"line":1,"mail":1,"sms":2} "#,
            r#"{"line":{"blocked":1,"no-address":2},"sms":{"no-address":1}} "#,
            r#"{"died":1,"no-address":1} {} {} 0"#
        )
    );
    let forecast = Forecast::of(&recipients, &plan);
    assert_eq!((forecast.n_sms_parts, forecast.n_sms_split), (4, 2));
    assert_eq!((forecast.sms_cost.to_string(), forecast.line_quota_left), ("45円".to_owned(), Some(199)));
    assert_eq!((forecast.n_held, forecast.moment), (0, Moment::Now));
}

#[test]
fn when_the_quota_of_line_is_spent_the_next_channel_is_taken() {
    let (template, hours) = (template("あ"), hours());
    let recipients = [patient("line:1 sms:1"), patient("line:2 sms:2"), patient("line:3")];
    let plan = SendPlan { line_quota_left: Some(1), ..plan(&template, &hours) };
    let expected = r#"{"line":1,"sms":1} {"line":{"quota-spent":1}} {"quota-spent":1} {} {} 0"#;
    assert_eq!(shown(&recipients, &plan), expected);
    assert_eq!(Forecast::of(&recipients, &plan).line_quota_left, Some(0));
}

#[test]
fn a_family_with_one_number_gets_one_message() {
    let (template, hours) = (template("あ"), hours());
    let recipients = [patient("sms:home"), patient("sms:home"), patient("sms:home mail:own")];
    let expected =
        r#"{"mail":1,"sms":1} {"line":{"no-address":2},"sms":{"shared-today":1}} {"shared-today":1} {} {} 0"#;
    assert_eq!(shown(&recipients, &plan(&template, &hours)), expected);
}

#[test]
fn a_text_too_long_for_sms_goes_by_mail_or_not_at_all() {
    let (template, hours) = (template(&"長".repeat(700)), hours());
    let recipients = [patient("sms:1 mail:1"), patient("sms:2")];
    let expected = r#"{"mail":1} {"line":{"no-address":1},"sms":{"text-too-long":1}} {"text-too-long":1} {} {} 0"#;
    assert_eq!(shown(&recipients, &plan(&template, &hours)), expected);
}

#[test]
fn caps_hold_and_missing_values_are_listed() {
    let (template, hours) = (template("{患者氏名}様"), hours());
    let mut nameless = patient("line:1");
    nameless.values.patient_name = None;
    let mut written_to = patient("line:2");
    written_to.sent_on = vec![date(2026, 11, 20)];
    let recipients = [nameless, written_to, patient("line:3"), patient("line:4")];
    let plan = SendPlan { day_cap: DayCap(100), n_sent_that_day: 99, ..plan(&template, &hours) };
    assert_eq!(shown(&recipients, &plan), r#"{"line":1} {} {} {"0":["patient-name"]} {"2026-11-27":1} 1"#);
}

#[test]
fn a_send_in_the_night_is_held_and_judged_by_the_day_it_goes() {
    let (template, hours) = (template("あ"), hours());
    let mut written_to = patient("line:1");
    written_to.sent_on = vec![date(2026, 11, 18)];
    let night = date(2026, 11, 24).at(21, 0, 0, 0);
    let plan = SendPlan { due: night, ..plan(&template, &hours) };
    let forecast = Forecast::of(&[written_to], &plan);
    assert_eq!((forecast.n_messages(), forecast.n_held), (1, 1));
    assert_eq!(forecast.moment, Moment::Held { until: date(2026, 11, 25).at(9, 0, 0, 0) });
    let plan = SendPlan { send_before: Some(date(2026, 11, 25).at(0, 0, 0, 0)), ..plan };
    assert_eq!(Forecast::of(&[], &plan).moment, Moment::Expires { next: date(2026, 11, 25).at(9, 0, 0, 0) });
}

fn any_recipient() -> impl Strategy<Value = Recipient> {
    let channel = |name: &'static str| {
        prop::option::of((0..6_u8, any::<bool>(), any::<bool>())).prop_map(move |it| {
            it.map_or_else(AddressFacts::default, |(n, has_bounced, consents)| {
                let facts = reachable(&format!("{name}:{n}"));
                AddressFacts { has_bounced, consent: facts.consent.clone().filter(|_| consents), ..facts }
            })
        })
    };
    let days = prop::collection::vec(15..26_i8, 0..2);
    (channel("line"), channel("sms"), channel("mail"), any::<bool>(), any::<bool>(), days).prop_map(
        |(line, sms, mail, is_dead, is_named, days)| {
            let mut recipient = patient("");
            recipient.reach = Reach { line, sms, mail };
            recipient.person.is_dead = is_dead;
            recipient.values.patient_name = Some("花子".to_owned()).filter(|_| is_named);
            recipient.sent_on = days.into_iter().map(|it| date(2026, 11, it)).collect();
            recipient
        },
    )
}

proptest! {
    #[test]
    fn every_patient_is_counted_once_and_no_limit_is_passed(
        recipients in prop::collection::vec(any_recipient(), 0..30), quota in 0..5_u64, room in 0..12_u32,
    ) {
        let (template, hours) = (template("{患者氏名}様"), hours());
        let plan = SendPlan { line_quota_left: Some(quota), day_cap: DayCap(room), ..plan(&template, &hours) };
        let forecast = Forecast::of(&recipients, &plan);
        let counted = forecast.n_messages()
            + forecast.unreachable.values().sum::<u32>()
            + forecast.missing.len() as u32
            + forecast.over_patient_cap.values().sum::<u32>()
            + forecast.over_day_cap;
        prop_assert_eq!(counted, recipients.len() as u32);
        prop_assert!(forecast.n_messages() <= room);
        let n_line = u64::from(forecast.by_channel.get(&Channel::Line).copied().unwrap_or_default());
        prop_assert_eq!(forecast.line_quota_left, Some(quota - n_line));
        // Nobody is written to twice at one address.
        let prospects = prospects(&recipients, &plan);
        let written: Vec<_> = recipients.iter().zip(&prospects).filter_map(|(recipient, it)| match it {
            Prospect::Message { choice, .. } => recipient.reach.on(choice.channel).address.clone(),
            _ => None,
        }).collect();
        let distinct: std::collections::BTreeSet<_> = written.iter().collect();
        prop_assert_eq!(distinct.len(), written.len());
    }
}
