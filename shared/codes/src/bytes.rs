use crate::{Codes, codes::Entry, texts::Texts};

/// What every object of codes begins with; the byte after it is the version.
const MAGIC: &[u8; 7] = b"KYCODES";

/// The version written. Raise it when [`Entry`] or [`Texts`] change.
const VERSION: u8 = 1;

/// Why bytes are not an object of codes that can be used. Make it again from the master files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodesError {
    /// It does not begin as objects of codes do.
    #[error("コード表のオブジェクトではありません。マスターファイルから作り直してください。")]
    Foreign,
    /// Another version of this program wrote it.
    #[error("コード表のバージョン {0} は読めません(読めるのは {VERSION})。マスターファイルから作り直してください。")]
    Version(
        /// The version found.
        u8,
    ),
    /// It is cut off or altered.
    #[error("コード表が壊れています。マスターファイルから作り直してください。")]
    Broken,
}

impl Codes {
    /// The look-up as an object to store: a header, then the tables. The same codes make the same
    /// bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        let body = (&self.tables, &self.texts);
        postcard::to_extend(&body, bytes).expect("sequences of known length go into memory")
    }

    /// Reads what [`Codes::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// [`CodesError`] when the bytes are anything else; nothing of them is used then.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodesError> {
        let (version, body) = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first).ok_or(CodesError::Foreign)?;
        if *version != VERSION {
            return Err(CodesError::Version(*version));
        }
        let ((tables, texts), rest): (([Vec<Entry>; 6], Texts), _) =
            postcard::take_from_bytes(body).map_err(|_| CodesError::Broken)?;
        let codes = Self { tables, texts };
        if rest.is_empty() && codes.is_sound() { Ok(codes) } else { Err(CodesError::Broken) }
    }

    fn is_sound(&self) -> bool {
        let n_texts = self.texts.len();
        let has_texts = |it: &Entry| [it.name, it.first, it.second].iter().all(|id| (*id as usize) < n_texts);
        self.texts.is_sound()
            && self.tables.iter().all(|table| {
                table.iter().all(has_texts) && table.is_sorted_by(|a, b| (a.code, a.from) < (b.code, b.from))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_comes_back() {
        for codes in [Codes::empty(), Codes::excerpt()] {
            assert_eq!(Codes::from_bytes(&codes.to_bytes()), Ok(codes));
        }
    }

    #[test]
    fn foreign_newer_and_broken_objects_are_told_apart() {
        let good = Codes::excerpt().to_bytes();
        let mut newer = good.clone();
        newer[MAGIC.len()] = VERSION + 1;
        let longer = [good.as_slice(), b"x"].concat();

        assert_eq!(Codes::from_bytes(b""), Err(CodesError::Foreign));
        assert_eq!(Codes::from_bytes(b"KYCODES"), Err(CodesError::Foreign));
        assert_eq!(Codes::from_bytes(b"{\"codes\":[]}"), Err(CodesError::Foreign));
        assert_eq!(Codes::from_bytes(&newer), Err(CodesError::Version(VERSION + 1)));
        assert_eq!(Codes::from_bytes(&good[..good.len() - 1]), Err(CodesError::Broken));
        assert_eq!(Codes::from_bytes(&longer), Err(CodesError::Broken));
    }
}
