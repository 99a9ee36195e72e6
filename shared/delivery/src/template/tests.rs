use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn values() -> Values {
    Values {
        clinic_name: "かよい内科".to_owned(),
        patient_name: Some("見本 花子".to_owned()),
        line_link: Some("https://kayoi.example/l/abc".to_owned()),
        next_visit: Some(date(2026, 12, 1)),
        reply_page: "https://kayoi.example/m/xyz".to_owned(),
    }
}

fn template(subject: &str, body: &str) -> Result<Template, TemplateError> {
    Template::parse(&TemplateText { subject: subject.to_owned(), body: body.to_owned() })
}

/// The only place that knows how a template is read, filled in and shown; each test is data.
fn shown(subject: &str, body: &str, values: &Values) -> String {
    let template = match template(subject, body) {
        Ok(template) => template,
        Err(err) => return format!("{} {err}", err.problem.as_str()),
    };
    match template.render(values) {
        Ok(rendered) => format!("{}/{}", rendered.subject, rendered.body),
        Err(err) => err.to_string(),
    }
}

#[track_caller]
fn check(body: &str, expected: &str) {
    let shown = shown("お知らせ", &format!("{body}\n{{返信ページ}}"), &values());
    let shown = shown.strip_prefix("お知らせ/").unwrap_or(&shown);
    assert_eq!(shown.strip_suffix("\nhttps://kayoi.example/m/xyz").unwrap_or(shown), expected);
}

#[test]
fn tags_are_filled_in_whatever_their_width() {
    check("{患者氏名}様、{医療機関名}です。", "見本 花子様、かよい内科です。");
    check("次回は{次回受診予定日}です。", "次回は2026年12月1日（火）です。");
    check("{ ＬＩＮＥ本人確認ＵＲＬ }", "https://kayoi.example/l/abc");
    check("{患者氏名｜お客様}", "見本 花子");
    assert_eq!(shown("{医療機関名}より", "あ", &values()), "かよい内科より/あ\n\nhttps://kayoi.example/m/xyz");
}

#[test]
fn doubled_braces_are_braces() {
    check("{{患者氏名}}", "{患者氏名}");
    check("{{{患者氏名}}}", "{見本 花子}");
    check("a}}b{{", "a}b{");
}

#[test]
fn a_template_that_cannot_be_used_says_where_and_what_is_allowed() {
    let allowed = "{医療機関名}、{患者氏名}、{LINE本人確認URL}、{次回受診予定日}、{返信ページ}";
    check(
        "一\n二{患者名}",
        &format!("tag-unknown 本文の2行2文字目: {{患者名}}という差し込みはありません。使えるのは{allowed}です"),
    );
    check(
        "{患者氏名",
        "tag-unclosed 本文の1行1文字目: {が閉じられていません。同じ行で}で閉じてください。文字として書くときは{{と書きます",
    );
    check("{患者氏名}}", "brace-stray 本文の1行7文字目: 対応する{のない}があります。文字として書くときは}}と書きます");
    check(
        "あ\u{202E}い",
        "direction-character 本文の1行2文字目: 文字の向きを変える見えない文字があります。前後の文字ごと消して、書き直してください",
    );
    let of_subject = |subject: &str| template(subject, "本文").unwrap_err().to_string();
    assert_eq!(of_subject("件\r\nBcc: x@example.com"), "件名の2文字目: 件名に改行は使えません");
    assert_eq!(of_subject("{返信ページ}"), "件名の1文字目: URLの差し込みは件名に使えません。本文に書いてください");
    assert_eq!(of_subject(&"長".repeat(201)), "件名の201文字目: 長すぎます。件名は200文字、本文は4500文字までです");
}

#[test]
fn the_fallback_stands_in_for_a_value_that_is_missing_or_blank() {
    let nobody = Values { patient_name: Some("\u{200B} ".to_owned()), next_visit: None, ..values() };
    assert_eq!(shown("{患者氏名|お客様}へ", "{返信ページ}", &nobody), "お客様へ/https://kayoi.example/m/xyz");
    assert_eq!(shown("{患者氏名|}へ", "{返信ページ}", &nobody), "へ/https://kayoi.example/m/xyz");
    assert_eq!(
        shown("{患者氏名}", "{次回受診予定日}{患者氏名|お客様}", &nobody),
        "差し込む値がありません: 患者氏名、次回受診予定日"
    );
}

#[test]
fn who_lacks_what_is_known_before_sending() {
    let nameless = Values { patient_name: None, ..values() };
    let unplanned = Values { next_visit: None, line_link: None, ..values() };
    let template = template("{患者氏名}", "{次回受診予定日}{LINE本人確認URL|}").unwrap();
    let affected = template.affected(&[values(), nameless, unplanned]);
    let missing = |tag| MissingValues { tags: vec![tag] };
    assert_eq!(affected, [(1, missing(Tag::PatientName)), (2, missing(Tag::NextVisit))]);
}

#[test]
fn a_hostile_name_breaks_no_header_and_turns_no_text() {
    for (name, expected) in [
        ("花子\r\nBcc: all@example.com", "花子 Bcc: all@example.com"),
        ("花\u{202E}子\u{2066}", "花子"),
        ("花\u{0}子\u{1B}", "花子"),
        ("花子\u{2028}二行目", "花子 二行目"),
        ("{次回受診予定日}{{", "{次回受診予定日}{{"),
        ("葛\u{E0100}城", "葛\u{E0100}城"),
    ] {
        let values = Values { patient_name: Some(name.to_owned()), ..values() };
        let rendered = template("{患者氏名}", "{患者氏名}{返信ページ}").unwrap().render(&values).unwrap();
        assert_eq!(rendered.subject, expected);
        assert_eq!(rendered.cleaned.contains(&Tag::PatientName), name != expected, "{name:?}");
        assert!(rendered.body.starts_with(expected));
    }
}

#[test]
fn what_is_logged_of_a_message_holds_nothing_of_the_patient() {
    let rendered = template("{患者氏名}", "{患者氏名}").unwrap().render(&values()).unwrap();
    assert!(!format!("{rendered:?} {:?}", values()).contains("花子"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_inside_it(subject in any::<String>(), body in "[{}|あa\n患者氏名]{0,40}") {
        if let Err(err) = template(&subject, &body) {
            let text = if err.at.part == Part::Subject { &subject } else { &body };
            prop_assert!(err.at.line <= text.matches('\n').count() + 1);
            prop_assert!(err.at.column <= text.chars().count() + 1);
        }
    }

    #[test]
    fn any_text_with_its_braces_doubled_is_itself(text in "[{}a-zあ-ん|]{0,40}") {
        let doubled = text.replace('{', "{{").replace('}', "}}");
        let rendered = template(&doubled, "").unwrap().render(&values()).unwrap();
        prop_assert_eq!(rendered.subject, text);
    }

    #[test]
    fn no_value_adds_a_line_a_control_character_or_a_tag(name in any::<String>()) {
        let values = Values { patient_name: Some(name), ..values() };
        let rendered = template("前{患者氏名|無}後", "前{患者氏名|無}後\n{返信ページ}").unwrap().render(&values).unwrap();
        let (subject, body) = (rendered.subject, rendered.body);
        prop_assert!(!subject.contains(|it: char| it.is_control() || clean::is_bidi(it)));
        prop_assert_eq!(body, format!("{subject}\nhttps://kayoi.example/m/xyz"));
    }
}
