use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// 128 random bits as 32 lower-case hex digits: an identifier nobody can guess or meet twice.
///
/// # Panics
///
/// When the machine has no random numbers to give, which no caller could mend.
pub fn random_id() -> String {
    random::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 256 random bits as 43 characters that need no escaping in an address: a secret.
///
/// # Panics
///
/// As [`random_id`].
pub fn random_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(random::<32>())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_have_their_length_and_differ() {
        assert_eq!(random_id().len(), 32);
        assert_eq!(random_token().len(), 43);
        assert_ne!(random_id(), random_id());
        assert_ne!(random_token(), random_token());
    }
}
