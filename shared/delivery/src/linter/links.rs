use super::{LintCode, LintRules, Lints};
use crate::{Channel, Part, Position, Rendered};

/// A link as a phone would make one of the text.
#[derive(Debug, PartialEq, Eq)]
struct Link<'a> {
    /// Byte it begins at.
    at: usize,
    text: &'a str,
    /// Lower case; `None` where the text has none and phones add it.
    scheme: Option<String>,
    /// Lower case, without user and port; may be empty.
    host: String,
}

/// Hosts that lead somewhere else.
const SHORTENERS: [&str; 22] = [
    "bit.ly",
    "buff.ly",
    "cutt.ly",
    "goo.gl",
    "is.gd",
    "j.mp",
    "ow.ly",
    "onl.la",
    "onl.tw",
    "qr.quel.jp",
    "rb.gy",
    "rebrand.ly",
    "s.id",
    "shorturl.at",
    "t.co",
    "t.ly",
    "tiny.cc",
    "tinyurl.com",
    "ur0.jp",
    "urx.nu",
    "v.gd",
    "x.gd",
];

/// Endings that phones take for a link without a scheme.
const ENDINGS: [&str; 18] = [
    "app", "biz", "cc", "club", "co", "com", "gl", "gd", "info", "io", "jp", "link", "ly", "me", "net", "org", "site",
    "xyz",
];

pub(super) fn check(channel: Channel, message: &Rendered, rules: &LintRules, lints: &mut Lints) {
    let parts = [(Part::Subject, message.subject_on(channel).unwrap_or_default()), (Part::Body, &*message.body)];
    let mut seen: Vec<&str> = Vec::new();
    for (part, text) in parts {
        for link in links(text) {
            let at = Some(Position::at(part, text, link.at));
            let is_allowed = rules.allowed_hosts.iter().any(|it| it.eq_ignore_ascii_case(&link.host));
            if SHORTENERS.contains(&&*link.host) && !is_allowed {
                lints.push(LintCode::ShortUrl, at);
            } else if !is_allowed || !matches!(link.scheme.as_deref(), None | Some("http" | "https")) {
                lints.push(LintCode::ForeignUrl, at);
            } else if link.scheme.as_deref() == Some("http") {
                lints.push(LintCode::InsecureUrl, at);
            }
            if !seen.is_empty() && !seen.contains(&link.text) && channel != Channel::Mail {
                lints.push(LintCode::ManyLinks, at);
            }
            seen.push(link.text);
        }
    }
}

fn links(text: &str) -> Vec<Link<'_>> {
    let is_boundary = |it: char| !it.is_ascii_graphic() || matches!(it, '<' | '>' | '"' | '`' | '{' | '}' | '|');
    let mut links = Vec::new();
    let mut at = 0;
    for token in text.split_inclusive(is_boundary) {
        let run = token.trim_end_matches(is_boundary);
        links.extend(link_in(run).map(|it| Link { at: at + it.at, ..it }));
        at += token.len();
    }
    links
}

/// The link in a run of ASCII characters.
fn link_in(run: &str) -> Option<Link<'_>> {
    let (start, scheme, authority_start) = match run.find("://") {
        Some(colon) => {
            let is_of_scheme = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.');
            let start = run[..colon].rfind(|it| !is_of_scheme(it)).map_or(0, |it| it + 1);
            (start, Some(run[start..colon].to_ascii_lowercase()), colon + 3)
        }
        None => {
            let start = run.find(|it: char| it.is_ascii_alphanumeric())?;
            (start, None, start)
        }
    };
    // Browsers take a backslash for a slash: what follows it is no host.
    let authority = run[authority_start..].split(['/', '\\', '?', '#']).next().unwrap_or_default();
    if scheme.is_none() && authority.contains('@') {
        return None;
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_end_matches(|it: char| !it.is_ascii_alphanumeric()).to_ascii_lowercase();
    let text = run[start..].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']']);
    (scheme.is_some() || is_linked_without_scheme(&host)).then_some(Link { at: start, text, scheme, host })
}

fn is_linked_without_scheme(host: &str) -> bool {
    let is_host = host.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.'));
    let ending = host.rsplit_once('.').map_or("", |it| it.1);
    is_host && (ENDINGS.contains(&ending) || host.starts_with("www."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str, &str)]) {
        let links = links(text);
        let shown: Vec<_> = links.iter().map(|it| (it.at, it.text, &*it.host)).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn links_are_found_as_phones_find_them() {
        check("こちら→https://a.example/x?y=1。", &[(12, "https://a.example/x?y=1", "a.example")]);
        check("(https://a.example).", &[(1, "https://a.example", "a.example")]);
        check("見て www.a.example/", &[(7, "www.a.example/", "www.a.example")]);
        check("evil.com/x", &[(0, "evil.com/x", "evil.com")]);
        check("HTTPS://A.Example:8443/", &[(0, "HTTPS://A.Example:8443/", "a.example")]);
        check("javascript://a", &[(0, "javascript://a", "a")]);
    }

    #[test]
    fn the_host_is_where_a_browser_would_go() {
        check("https://good.example@evil.com/", &[(0, "https://good.example@evil.com/", "evil.com")]);
        check("https://evil.com\\@good.example/", &[(0, "https://evil.com\\@good.example/", "evil.com")]);
        check("https://日本.jp/", &[(0, "https://", ""), (14, "jp/", "jp")][..1]);
    }

    #[test]
    fn what_no_phone_makes_a_link_is_none() {
        check("info@clinic.co.jp 9.30 a.m. 1.5 Vol.2 12/1", &[]);
    }
}
