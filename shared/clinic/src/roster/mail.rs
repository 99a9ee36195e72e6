use super::chart_number::narrow;

/// A mail address by its shape alone, its domain in lower case; full-width letters are read as
/// ASCII. Dots side by side before the `@` are let through: old mobile addresses have them.
pub(super) fn parse_mail(text: &str) -> Option<String> {
    let text: String = text.chars().map(narrow).collect();
    let (local, domain) = text.trim().split_once('@')?;
    let local_ok = (1..=64).contains(&local.len())
        && local.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&it));
    let domain = domain.to_ascii_lowercase();
    let label_ok = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    let domain_ok = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label_ok);
    (local_ok && domain_ok).then(|| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse_mail(text).as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn only_the_domain_is_lowered() {
        check("Kensho.Ichiro@Example.JP", "Kensho.Ichiro@example.jp");
        check("　ｋｅｎｓｈｏ＠ｅｘａｍｐｌｅ．ｊｐ ", "kensho@example.jp");
        check("kensho..ichiro.@example.jp", "kensho..ichiro.@example.jp");
    }

    #[test]
    fn what_has_no_shape_of_an_address_is_refused() {
        for text in [
            "",
            "kensho",
            "@example.jp",
            "a@b",
            "a@b..jp",
            "a b@example.jp",
            "a@b@example.jp",
            "a@例.jp",
            "<a@example.jp>",
        ] {
            check(text, "none");
        }
    }
}
