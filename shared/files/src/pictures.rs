/// The largest picture taken: what phones write of 48 megapixels.
pub const PICTURE_MAX_BYTES: u64 = 15_000_000;

/// Where a browser puts a picture of a clinic's patient.
pub fn picture_inbox_key(clinic: &str, picture: &str) -> String {
    format!("picture-inbox/{clinic}/{picture}")
}

/// Where the picture written anew is kept.
pub fn picture_key(clinic: &str, picture: &str) -> String {
    format!("pictures/{clinic}/{picture}")
}

/// Whose inbox of pictures a key is in, and which picture it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturePlace<'a> {
    /// As the key writes the clinic's id.
    pub clinic: &'a str,
    /// As the key writes the picture's id.
    pub picture: &'a str,
}

impl<'a> PicturePlace<'a> {
    /// The place that `key` names; `None` where it is none of an inbox of pictures.
    pub fn of(key: &'a str) -> Option<Self> {
        let (clinic, picture) = key.strip_prefix("picture-inbox/")?.split_once('/')?;
        let is_id = |it: &str| {
            (1..=64).contains(&it.len())
                && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        };
        (is_id(clinic) && is_id(picture)).then_some(Self { clinic, picture })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_off_its_key_and_off_no_other() {
        let key = picture_inbox_key("one", "0f");
        assert_eq!(PicturePlace::of(&key), Some(PicturePlace { clinic: "one", picture: "0f" }));
        for key in [
            "picture-inbox/one",
            "picture-inbox/one/",
            "picture-inbox//0f",
            "picture-inbox/one/a/b",
            "picture-inbox/one/../two",
            "picture-inbox/one/日本.jpg",
            &picture_key("one", "0f"),
        ] {
            assert_eq!(PicturePlace::of(key), None, "{key}");
        }
    }
}
