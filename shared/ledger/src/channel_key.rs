use std::fmt;

use anyhow::{Result, anyhow};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What the secrets of clinics' LINE channels are sealed under: a key made of a secret of the secret store.
///
/// AES-256-GCM-SIV: its nonce may come again. Here it is made of what is sealed, so that the same secrets are
/// sealed alike and a repeated write is known as such; all it tells is that two texts are equal. `Debug` shows
/// nothing.
pub struct ChannelKey {
    key: LessSafeKey,
    nonces: Hmac<Sha256>,
}

impl ChannelKey {
    /// The key of `secret`.
    pub fn of_secret(secret: &[u8]) -> Self {
        let key = hmac(secret, b"key of line channels").finalize().into_bytes();
        let key = UnboundKey::new(&AES_256_GCM_SIV, &key).expect("HMAC-SHA256 gives the 32 bytes of a key");
        let nonces = hmac(secret, b"nonces of line channels").finalize().into_bytes();
        let nonces = Hmac::new_from_slice(&nonces).expect("HMAC takes a key of any length");
        Self { key: LessSafeKey::new(key), nonces }
    }

    /// `text` sealed, to be opened for the same `owner` alone.
    pub(crate) fn seal(&self, owner: &str, text: &[u8]) -> Result<Vec<u8>> {
        let mut nonces = self.nonces.clone();
        nonces.update(&(owner.len() as u64).to_be_bytes());
        nonces.update(owner.as_bytes());
        nonces.update(text);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&nonces.finalize().into_bytes()[..NONCE_LEN]);
        let mut sealed = text.to_vec();
        let aad = Aad::from(owner.as_bytes());
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| anyhow!("a secret is too long to be sealed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// What [`seal`](Self::seal) was given.
    pub(crate) fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(|| anyhow!("nothing was sealed"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| anyhow!("nothing was sealed"))?;
        let mut opened = sealed.to_vec();
        let text = self.key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut opened);
        let n_bytes = text.map_err(|_| anyhow!("sealed under another key, for another owner, or changed since"))?.len();
        opened.truncate(n_bytes);
        Ok(opened)
    }
}

impl fmt::Debug for ChannelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelKey(..)")
    }
}

fn hmac(secret: &[u8], what: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(what);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_for_its_owner_under_its_key_alone() {
        let key = ChannelKey::of_secret(b"secret");
        let sealed = key.seal("c1", b"text").unwrap();
        assert_eq!(key.open("c1", &sealed).unwrap(), b"text");
        assert_eq!(key.seal("c1", b"text").unwrap(), sealed, "a repeat is the same bytes");
        assert_ne!(key.seal("c2", b"text").unwrap()[NONCE_LEN..], sealed[NONCE_LEN..]);
        assert!(!sealed.windows(4).any(|it| it == b"text"));

        assert!(key.open("c2", &sealed).is_err());
        assert!(ChannelKey::of_secret(b"another").open("c1", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("c1", &changed).is_err(), "byte {at}");
            assert!(key.open("c1", &sealed[..at]).is_err(), "{at} bytes");
        }
        assert_eq!(format!("{key:?}"), "ChannelKey(..)");
    }
}
