use std::collections::BTreeMap;

use anyhow::Context as _;
use careplan::{
    OfficeNumber,
    exchange::{BundleId, MarkedFile, SendMarker},
};
use sha2::{Digest as _, Sha256};

use super::{FolderFile, Wishes};

/// What is sent at once.
#[derive(Debug, Clone)]
pub(in crate::plans) struct Bundle {
    /// In the order of their names.
    pub(super) files: Vec<FolderFile>,
    pub(super) message: String,
    pub(super) notes: BTreeMap<OfficeNumber, String>,
    pub(super) confirm: BTreeMap<OfficeNumber, String>,
    /// Offices by file.
    pub(super) to: BTreeMap<String, Vec<OfficeNumber>>,
}

impl Bundle {
    pub(in crate::plans) fn of(files: Vec<FolderFile>, wishes: Wishes) -> Self {
        let mut to: BTreeMap<String, Vec<OfficeNumber>> = BTreeMap::new();
        for (file, offices) in wishes.to {
            to.entry(file).or_default().extend(offices.iter().cloned());
        }
        Self {
            files,
            message: wishes.message.unwrap_or_default(),
            notes: wishes.notes.into_iter().collect(),
            confirm: wishes.confirm.into_iter().collect(),
            to,
        }
    }

    /// What closes it under the name `id`.
    pub(super) fn marker(&self, id: BundleId) -> SendMarker {
        let marked = |file: &FolderFile| MarkedFile {
            name: file.name.clone(),
            size: file.bytes.len() as u64,
            sha256: sha256(&file.bytes),
            to: self.to.get(&file.name).cloned().unwrap_or_default(),
        };
        SendMarker {
            id,
            message: self.message.clone(),
            files: self.files.iter().map(marked).collect(),
            notes: self.notes.clone(),
            confirm: self.confirm.clone(),
        }
    }

    /// What tells this bundle from any other: a hash of all that its marker says.
    pub(in crate::plans) fn content(&self) -> anyhow::Result<String> {
        let any = BundleId::parse("content").context("an id of another form")?;
        Ok(sha256(&serde_json::to_vec(&self.marker(any))?))
    }

    /// Its name at the try `number`, from 1. The first is the same whenever the content is.
    pub(super) fn id(&self, number: u32) -> anyhow::Result<BundleId> {
        let content = self.content()?;
        let stem = content.get(..32).unwrap_or(&content);
        let id = if number == 1 { stem.to_owned() } else { format!("{stem}-{number}") };
        BundleId::parse(&id).context("an id of another form")
    }
}

pub(in crate::plans) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_has_the_same_name_and_any_difference_another() {
        let file = |name: &str, text: &str| FolderFile { name: name.to_owned(), bytes: text.into() };
        let id = |files: &[FolderFile], wishes: Wishes| Bundle::of(files.to_vec(), wishes).id(1).unwrap();
        let files = [file("a", "1"), file("b", "2")];
        let first = id(&files, Wishes::default());
        assert_eq!(first, id(&files, Wishes::default()));
        let office = OfficeNumber::new("9970200011").unwrap();
        let none = Wishes::default;
        let wished = [
            Wishes { message: Some("急ぎ".to_owned()), ..none() },
            Wishes { notes: vec![(office.clone(), "急ぎ".to_owned())], ..none() },
            Wishes { confirm: vec![(office.clone(), "甲".to_owned())], ..none() },
            Wishes { to: vec![("a".to_owned(), [office].into())], ..none() },
        ];
        for wishes in wished {
            assert_ne!(first, id(&files, wishes));
        }
        for files in [&files[..1], &[file("a", "1"), file("b", "3")], &[file("a", "1"), file("c", "2")]] {
            assert_ne!(first, id(files, none()));
        }
        let again = Bundle::of(files.to_vec(), none()).id(2).unwrap();
        assert_eq!(again.as_str(), format!("{}-2", first.as_str()));
    }
}
