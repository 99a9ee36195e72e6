use careplan::{
    OfficeNumber,
    exchange::{BundleId, TransferId},
};

/// What a key that was announced is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `outbox/<office>/<bundle>/_send.json`
    Bundle { office: OfficeNumber, bundle: BundleId },
    /// `inbox/<office>/<transfer>/_ack.json`
    Answer { office: OfficeNumber, transfer: TransferId },
}

impl Place {
    /// Reads a key; `None` for any other.
    pub(crate) fn of(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split('/').collect();
        match parts[..] {
            ["outbox", office, bundle, "_send.json"] => {
                Some(Self::Bundle { office: OfficeNumber::new(office)?, bundle: BundleId::parse(bundle)? })
            }
            ["inbox", office, transfer, "_ack.json"] => {
                Some(Self::Answer { office: OfficeNumber::new(office)?, transfer: TransferId::parse(transfer)? })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_markers_and_answers_at_their_places_are_taken_in() {
        let id = "0a".repeat(16);
        assert!(matches!(Place::of("outbox/9970100013/b-1/_send.json"), Some(Place::Bundle { .. })));
        assert!(matches!(Place::of(&format!("inbox/9970200011/{id}/_ack.json")), Some(Place::Answer { .. })));
        for key in [
            "outbox/9970100013/_send.json",
            "outbox/9970100013/b/c/_send.json",
            "outbox/9970100013/../9970200011/b/_send.json",
            "outbox/x/b/_send.json",
            "outbox/9970100013/b 1/_send.json",
            "outbox/9970100013/b/_send.json/",
            &format!("inbox/9970200011/{id}/_transfer.json"),
            &format!("inbox/9970200011/{id}x/_ack.json"),
            &format!("outbox/9970200011/{id}/_ack.json"),
            "",
        ] {
            assert_eq!(Place::of(key), None, "{key}");
        }
    }
}
