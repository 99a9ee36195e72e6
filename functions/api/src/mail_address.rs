/// Whether `text` is a mail address, by its shape alone.
pub(crate) fn is_mail_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_local = (1..=64).contains(&local.len())
        && local.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&it));
    let is_label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    is_local && text.len() <= 254 && domain.contains('.') && domain.split('.').all(is_label)
}
