use super::*;
use crate::contract::{call, message};

fn raw(message: &Message) -> String {
    let raw = message.raw("kayoi@example.jp", call(1).id()).unwrap();
    let text = String::from_utf8(raw).unwrap();
    assert!(text.is_ascii());
    for line in text.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line:?}");
    }
    text
}

/// The header called `name`, its lines as one.
fn header(raw: &str, name: &str) -> String {
    let head = raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let lines: Vec<&str> = head.split("\r\n").filter_map(|it| it.strip_prefix(&format!("{name}: "))).collect();
    assert_eq!(lines.len(), 1, "{name} in {head}");
    lines[0].to_owned()
}

#[test]
fn japanese_is_written_in_encoded_words() {
    let raw = raw(&message());
    assert_eq!(header(&raw, "From"), "=?utf-8?B?44GV44GP44KJ5YaF56eR?= <kayoi@example.jp>");
    assert_eq!(header(&raw, "To"), "<patient@example.jp>");
    assert_eq!(header(&raw, "Reply-To"), "<sakura@example.jp>");
    assert!(header(&raw, "Subject").starts_with("=?utf-8?B?"), "{raw}");
    assert_eq!(header(&raw, "Message-ID"), format!("<{}@example.jp>", call(1).id()));
    let long = Message { subject: "受診のお願い".repeat(20), ..message() };
    for line in self::raw(&long).lines() {
        assert!(line.len() <= 78, "{line}");
    }
}

#[test]
fn one_click_ends_it() {
    let written = raw(&message());
    assert_eq!(header(&written, "List-Unsubscribe"), "<https://example.jp/stop/0123456789>");
    assert_eq!(header(&written, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let without = raw(&Message { unsubscribe_url: None, ..message() });
    assert!(!without.contains("List-Unsubscribe"));
}

#[test]
fn files_keep_their_names_and_bytes() {
    let file =
        |name: &str| Attachment { name: name.to_owned(), content_type: "image/png".to_owned(), bytes: vec![0xff; 300] };
    let written = raw(&Message { attachments: vec![file("地図 \"1\".png"), file("map.png")], ..message() });
    assert!(header(&written, "Content-Type").starts_with("multipart/mixed;"), "{written}");
    let unfolded = written.replace("\r\n ", " ");
    let name = "filename*=UTF-8''%E5%9C%B0%E5%9B%B3%20%221%22.png";
    assert!(unfolded.contains(name) && unfolded.contains("filename=\"map.png\""), "{unfolded}");
    let base64: String = written.split("\r\n").filter(|it| it.starts_with("////")).collect();
    assert_eq!(base64.len(), 2 * 400);
}

#[test]
fn no_value_gets_out_of_its_header() {
    for bad in ["a\r\nBcc: x@example.jp", "a\nb", "a\rb", "a\u{85}b", "a\u{2028}b", "a\0b"] {
        let bad = bad.to_owned();
        let refused =
            |message: Message, why: &str| assert_eq!(message.raw("k@example.jp", call(1).id()), Err(why), "{bad:?}");
        refused(Message { subject: bad.clone(), ..message() }, "header");
        refused(Message { from_name: bad.clone(), ..message() }, "header");
        refused(Message { to: format!("{bad}@example.jp"), ..message() }, "address");
        refused(Message { reply_to: Some(format!("{bad}@example.jp")), ..message() }, "address");
        refused(Message { unsubscribe_url: Some(format!("https://{bad}")), ..message() }, "unsubscribe_url");
        let file = Attachment { name: bad.clone(), content_type: "image/png".to_owned(), bytes: Vec::new() };
        refused(Message { attachments: vec![file.clone()], ..message() }, "attachment");
        let file = Attachment { name: "a".to_owned(), content_type: bad.clone(), ..file };
        refused(Message { attachments: vec![file], ..message() }, "attachment");
    }
}

#[test]
fn an_address_is_one_address() {
    for good in ["a@example.jp", "a.b+c@sub.example.jp", "a..b@example.jp", "\"a..b\"@example.jp", "a'b@example.jp"] {
        assert!(is_address(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "@example.jp",
        "a@",
        "a@example.jp,b@example.jp",
        "A <a@example.jp>",
        "a b@example.jp",
        "あ@example.jp",
        "a@example.jp;",
        "a@例.jp",
    ] {
        assert!(!is_address(bad), "{bad}");
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let file =
        |n: usize| Attachment { name: "a.png".to_owned(), content_type: "image/png".to_owned(), bytes: vec![0; n] };
    let with = |n: usize| Message { attachments: vec![file(n)], ..message() };
    assert!(with(5_000_000).raw("k@example.jp", call(1).id()).is_ok());
    assert_eq!(with(5_300_000).raw("k@example.jp", call(1).id()), Err("size"), "in base64 it is a third more");
    assert_eq!(with(8_000_000).raw("k@example.jp", call(1).id()), Err("size"));
}

#[test]
fn text_of_any_line_arrives_in_short_ones() {
    for text in ["a", "", "あ\n".repeat(500).as_str(), "x".repeat(5000).as_str(), "a\r\nb\rc\n.\nFrom x\n"] {
        raw(&Message { text: text.to_owned(), ..message() });
    }
    let written = raw(&Message { text: "a\nb\r\nc\rd\n".to_owned(), ..message() });
    assert!(written.ends_with("\r\n\r\na\r\nb\r\nc\r\nd\r\n"), "{written}");
}
