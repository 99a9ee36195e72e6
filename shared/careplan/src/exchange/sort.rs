use std::collections::BTreeMap;

use super::{LostFile, Reason, ReasonCode, SendMarker};
use crate::{FileKind, FileName, IssueCode, OfficeNumber};

/// The files of a bundle by whom they go to, told by their names alone (C-045).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sorted {
    /// In the order of their numbers.
    pub destinations: BTreeMap<OfficeNumber, Destination>,
    /// What goes to nobody, and why.
    pub lost: Vec<LostFile>,
}

/// What goes to one office, as indexes into [`SendMarker::files`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    /// Files with names of the standard.
    pub files: Vec<usize>,
    /// Files that a person named.
    pub attachments: Vec<usize>,
}

/// Sorts the files that `sender` listed. A name of the standard says its destination; any other file
/// goes to the offices in its `to`.
pub fn sort_by_destination(sender: &OfficeNumber, marker: &SendMarker) -> Sorted {
    let mut sorted = Sorted::default();
    for (index, file) in marker.files.iter().enumerate() {
        let lost = |code| LostFile { name: file.name.clone(), reasons: vec![Reason::of(code)] };
        match FileName::parse(&file.name) {
            Ok(name) if name.sender != *sender => sorted.lost.push(lost(ReasonCode::SenderIsAnother)),
            Ok(name) => sorted.destinations.entry(name.receiver).or_default().files.push(index),
            Err(code) if code != IssueCode::NameUnknown || has_standard_prefix(&file.name) => {
                sorted.lost.push(LostFile { name: file.name.clone(), reasons: vec![Reason::of_name(code)] });
            }
            Err(_) if file.to.is_empty() => sorted.lost.push(lost(ReasonCode::DestinationUnknown)),
            Err(_) => {
                for office in &file.to {
                    let attachments = &mut sorted.destinations.entry(office.clone()).or_default().attachments;
                    if !attachments.contains(&index) {
                        attachments.push(index);
                    }
                }
            }
        }
    }
    sorted
}

/// Whether a name is meant to be one of the standard.
fn has_standard_prefix(name: &str) -> bool {
    let is_meant = |kind: FileKind| name.strip_prefix(kind.prefix()).is_some_and(|rest| rest.starts_with('_'));
    FileKind::ALL.into_iter().any(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{BundleId, MarkedFile};

    fn sorted(files: &[(&str, &[&str])]) -> Sorted {
        let office = |it: &&str| OfficeNumber::new(it).unwrap();
        let file = |(name, to): &(&str, &[&str])| MarkedFile {
            name: (*name).to_owned(),
            size: 1,
            sha256: String::new(),
            to: to.iter().map(office).collect(),
        };
        let marker = SendMarker {
            id: BundleId::parse("b").unwrap(),
            message: String::new(),
            files: files.iter().map(file).collect(),
            notes: BTreeMap::new(),
            confirm: BTreeMap::new(),
        };
        sort_by_destination(&office(&"9970100013"), &marker)
    }

    #[test]
    fn names_of_the_standard_say_their_destination_and_others_their_to() {
        let found = sorted(&[
            ("UP1KYO_9970100013_9970200011_20250425101500.CSV", &[]),
            ("UPJSK_202505_9970100013_43_9970300019_15_20250425101500.CSV", &["9970200011"]),
            ("地図.pdf", &["9970200011", "9970300019", "9970200011"]),
        ]);
        let shown: Vec<_> =
            found.destinations.iter().map(|(to, it)| (to.as_str(), &it.files[..], &it.attachments[..])).collect();
        assert_eq!(shown, [("9970200011", &[0][..], &[2][..]), ("9970300019", &[1], &[2])]);
        assert_eq!(found.lost, []);
    }

    #[test]
    fn what_goes_to_nobody_says_why() {
        let found = sorted(&[
            ("地図.pdf", &[]),
            ("UP1KYO_9970300019_9970200011_20250425101500.CSV", &[]),
            ("UP1KYO_9970100013_9970200011_20253325101500.CSV", &["9970200011"]),
        ]);
        let codes: Vec<_> = found.lost.iter().map(|it| it.reasons[0].code.as_str()).collect();
        assert_eq!(codes, ["destination-unknown", "sender-is-another", "name-serial"]);
        assert!(found.destinations.is_empty());
    }
}
