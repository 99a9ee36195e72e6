use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Whether `header` (`x-line-signature`) is the signature of the channel with this secret over `body`, byte
/// for byte as it came. It takes as long whatever the signature is.
pub fn verify_signature(channel_secret: &str, body: &[u8], header: &str) -> bool {
    let Ok(signature) = STANDARD.decode(header) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(channel_secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of LINE's own page about signatures.
    const BODY: &str = r#"{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}"#;
    const SECRET: &str = "8c570fa6dd201bb328f1c1eac23a96d8";
    const SIGNATURE: &str = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=";

    #[test]
    fn only_the_signature_over_the_very_bytes_verifies() {
        assert!(verify_signature(SECRET, BODY.as_bytes(), SIGNATURE));

        assert!(!verify_signature("another", BODY.as_bytes(), SIGNATURE));
        assert!(!verify_signature("", BODY.as_bytes(), SIGNATURE));
        assert!(!verify_signature(SECRET, format!("{BODY} ").as_bytes(), SIGNATURE));
        let longer = format!("{SIGNATURE}AAAA");
        let spaced = format!(" {SIGNATURE}");
        let lower = SIGNATURE.to_lowercase();
        for header in ["", "=", "日本", &SIGNATURE[..43], &SIGNATURE[4..], &SIGNATURE[..40], &longer, &spaced, &lower]
        {
            assert!(!verify_signature(SECRET, BODY.as_bytes(), header), "{header}");
        }
    }

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        let test_case_2 = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        assert!(verify_signature("Jefe", b"what do ya want for nothing?", test_case_2));
    }
}
