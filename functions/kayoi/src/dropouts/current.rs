use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use clinic::{
    CurrentFile, FilePart, MonthFacts, PartRef, PersonKey, Publication, RECEIPT_FILE_MAX_BYTES, Slot, SlotKey,
};
use receipt::{ClinicCode, Content, Issue, IssueCode, Refusal, open_archive, sniff};
use sha2::{Digest as _, Sha256};

use super::{
    folder::{self, FoundFile},
    told::Told,
};
use crate::receipts::message_of;

/// How much of a file's beginning tells what it is.
const SNIFF_BYTES: u64 = 4096;

/// The files of a clinic as importing them one after the other leaves them.
#[derive(Default)]
pub(crate) struct Current {
    /// Of the first part that could be imported.
    clinic_code: Option<ClinicCode>,
    /// As the part that was imported last writes it.
    clinic_name: String,
    n_uploads: u64,
    slots: BTreeMap<SlotKey, Slot>,
    /// By SHA-256 of the month object.
    objects: HashMap<String, Object>,
}

struct Object {
    facts: MonthFacts<'static>,
    persons: Vec<PersonKey>,
}

impl Current {
    /// Imports every file below `dir`, in byte order of the paths.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read, or nobody can be told.
    pub(crate) fn of_folder(dir: &Path, told: &mut Told<'_>) -> anyhow::Result<Self> {
        let mut current = Self::default();
        for file in folder::files(dir)? {
            current.import(&file, told)?;
        }
        Ok(current)
    }

    /// 医療機関名称 as the claim files write it; empty without any.
    pub(crate) fn clinic_name(&self) -> &str {
        &self.clinic_name
    }

    /// Imports a file, or those in an archive. What is refused is told and changes nothing.
    fn import(&mut self, file: &FoundFile, told: &mut Told<'_>) -> io::Result<()> {
        let bytes = match read(file) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(refusal)) => return tell_refusal(&file.name, refusal, told),
            Err(err) => return told.file(&file.name, "file-unreadable", &message_of(&err)),
        };
        if sniff(&bytes) != Content::Archive {
            if bytes.len() as u64 > RECEIPT_FILE_MAX_BYTES {
                let message = "ファイルが100MBを超えています。月ごと、審査支払機関ごとに分けて出力してください。";
                return told.file(&file.name, "file-too-large", message);
            }
            return self.import_records(&file.name, &bytes, told);
        }
        match open_archive(&bytes) {
            Ok(entries) => entries.into_iter().try_for_each(|entry| {
                let name = format!("{}!{}", file.name, entry.name);
                match entry.content {
                    Ok(content) => self.import_records(&name, &content, told),
                    Err(refusal) => tell_refusal(&name, refusal, told),
                }
            }),
            Err(refusal) => tell_refusal(&file.name, refusal, told),
        }
    }

    fn import_records(&mut self, file: &str, bytes: &[u8], told: &mut Told<'_>) -> io::Result<()> {
        let parts = clinic::read_file(bytes);
        for part in parts {
            for issue in part.issues() {
                told.issue(file, &issue)?;
            }
            if let FilePart::Read { part, facts: Some(facts) } = part
                && self.import_part(file, part.header.line, *facts, told)?
            {
                self.clinic_name = part.header.clinic_name.trim().to_owned();
            }
        }
        Ok(())
    }

    /// Returns whether the part is the clinic's.
    fn import_part(
        &mut self,
        file: &str,
        line: u64,
        facts: MonthFacts<'static>,
        told: &mut Told<'_>,
    ) -> io::Result<bool> {
        if *self.clinic_code.get_or_insert(facts.clinic_code) != facts.clinic_code {
            return tell_refusal(file, Refusal { line, code: IssueCode::OtherClinic }, told).map(|()| false);
        }
        self.n_uploads += 1;
        let persons = facts.person_keys();
        let object_sha256: String = Sha256::digest(facts.to_bytes()).iter().map(|it| format!("{it:02x}")).collect();
        let part = PartRef::new(&facts, object_sha256.clone(), self.n_uploads, file.to_owned());
        let slot = self.slots.entry(SlotKey::of(&facts, None)).or_default();
        let persons_of: Vec<Vec<PersonKey>> =
            slot.parts.iter().map(|it| self.objects[&it.object_sha256].persons.clone()).collect();
        match slot.publish(part, &persons, &persons_of) {
            // Files are taken in the order of their numbers, so that none comes late.
            Publication::Unchanged | Publication::Older => {}
            Publication::Added(published) | Publication::Replaced(published, _) => {
                *slot = published;
                self.objects.insert(object_sha256, Object { facts, persons });
            }
            Publication::Waiting(replacement) => {
                let message = format!(
                    "前のファイルにいる患者{}人のうち{}人がいないため、使いませんでした（確認待ち）。置き換えるなら前のファイルをフォルダーから除いてください。",
                    replacement.n_patients_before, replacement.n_patients_lost
                );
                told.at_line(file, line, "waiting", &message)?;
            }
        }
        Ok(true)
    }

    /// The parts that are current.
    pub(crate) fn files(&self) -> Vec<CurrentFile<'_>> {
        let parts = self.slots.iter().flat_map(|(key, slot)| slot.parts.iter().map(move |it| (key, it)));
        parts
            .map(|(key, part)| CurrentFile {
                file: &part.file,
                upload: part.upload,
                kind: key.kind,
                facts: &self.objects[&part.object_sha256].facts,
            })
            .collect()
    }
}

/// The bytes of what may be a claim file or an archive; anything else is not read.
fn read(file: &FoundFile) -> io::Result<Result<Vec<u8>, Refusal>> {
    let mut start = Vec::new();
    File::open(&file.path)?.take(SNIFF_BYTES).read_to_end(&mut start)?;
    match sniff(&start) {
        Content::Records | Content::Archive => fs::read(&file.path).map(Ok),
        Content::Refused(refusal) => Ok(Err(refusal)),
    }
}

fn tell_refusal(file: &str, refusal: Refusal, told: &mut Told<'_>) -> io::Result<()> {
    let issue: Issue = refusal.issue();
    told.at_line(file, issue.line, issue.code.as_str(), &issue.message)
}
