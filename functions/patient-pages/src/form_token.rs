use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::PatientPages;

/// What a form of ours carries to be known again: made of what it is for and of what only its browser has.
/// `bound_to` is the session behind the birth date, the link before it.
pub(crate) fn form_token(pages: &PatientPages, purpose: &str, bound_to: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(mac(pages, purpose, bound_to).finalize().into_bytes())
}

/// Whether `token` is that of the form; it takes as long whatever it is.
pub(crate) fn is_form_token(pages: &PatientPages, purpose: &str, bound_to: &str, token: &str) -> bool {
    let Ok(token) = BASE64_URL_SAFE_NO_PAD.decode(token) else { return false };
    mac(pages, purpose, bound_to).verify_slice(&token).is_ok()
}

fn mac(pages: &PatientPages, purpose: &str, bound_to: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&pages.link_secret).expect("HMAC takes a key of any length");
    for part in ["form of a page", purpose, bound_to] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    mac
}
