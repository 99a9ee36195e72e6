use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What the service signs with (Ed25519).
#[derive(Clone)]
pub struct Seal(SigningKey);

/// A text that the service stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// What is signed, as it is.
    pub text: String,
    /// Ed25519 over the UTF-8 bytes of the text, in base64.
    pub signature: String,
    /// The key it is signed with, in base64.
    pub key: String,
}

impl Seal {
    /// The seal made of a secret that nobody can guess.
    pub fn of_secret(secret: &[u8]) -> Self {
        Self(SigningKey::from_bytes(&Sha256::digest(secret).into()))
    }

    /// The public key, in base64.
    pub fn key(&self) -> String {
        BASE64_STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// Signs `text`. The same text gets the same signature.
    pub fn sign(&self, text: String) -> Sealed {
        let signature = BASE64_STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes());
        Sealed { text, signature, key: self.key() }
    }
}

/// Whether the owner of `key` (base64) signed the text.
pub fn is_sealed_by(key: &str, sealed: &Sealed) -> bool {
    let decoded = |text: &str| BASE64_STANDARD.decode(text).ok();
    let key = decoded(key).and_then(|it| VerifyingKey::try_from(it.as_slice()).ok());
    let signature = decoded(&sealed.signature).and_then(|it| Signature::from_slice(&it).ok());
    match (key, signature) {
        (Some(key), Some(signature)) => key.verify(sealed.text.as_bytes(), &signature).is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_text_and_its_key_alone() {
        let seal = Seal::of_secret(b"one");
        let sealed = seal.sign("配達 20250425101500".to_owned());
        assert!(is_sealed_by(&seal.key(), &sealed));
        assert!(!is_sealed_by(&Seal::of_secret(b"two").key(), &sealed));
        assert!(!is_sealed_by("", &sealed));
        assert!(!is_sealed_by(&seal.key(), &Sealed { text: "配達 20250425101501".to_owned(), ..sealed.clone() }));
        assert!(!is_sealed_by(&seal.key(), &Sealed { signature: "x".to_owned(), ..sealed }));
    }
}
