use std::collections::BTreeMap;

use careplan::{
    OfficeNumber,
    exchange::{BundleId, Limits, MarkedFile, SendMarker},
};
use jiff::Timestamp;
use ledger::DraftRow;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    answer,
    bundles::{FileNames, MAX_FILES, size_of},
    error::ApiError,
    fields::Fields,
};

/// What will be a bundle's `_send.json`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRequest {
    /// 端末名: what people call the machine it is saved on.
    #[schema(required, min_length = 1, max_length = 100)]
    machine: Option<String>,
    /// To all destinations.
    #[schema(max_length = 2000)]
    #[serde(default)]
    message: String,
    #[schema(max_items = 500)]
    #[serde(default)]
    files: Vec<DraftFile>,
    /// To one destination each, by 事業所番号; at most 2,000 characters.
    #[serde(default)]
    notes: BTreeMap<String, String>,
}

/// A file of a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftFile {
    #[schema(required, min_length = 1, max_length = 255)]
    name: Option<String>,
    /// Bytes, up to 10 MB.
    #[schema(required, maximum = 10_485_760)]
    size: Option<u64>,
    /// Of the content, lower-case hex.
    #[schema(required, pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
    /// 事業所番号 of the destinations, where the name says none.
    #[schema(max_items = 50)]
    #[serde(default)]
    to: Vec<String>,
}

const MACHINE_MAX_CHARS: usize = 100;
/// What a row may hold, with room to spare.
const DRAFT_MAX_BYTES: usize = 256 * 1024;

impl DraftRequest {
    /// The draft as it is kept; a file less or a message more may still be missing.
    pub(super) fn check(self, id: BundleId, now: Timestamp) -> Result<DraftRow, ApiError> {
        let mut fields = Fields::default();
        let limits = Limits::default();
        let machine = fields.required("machine", self.machine);
        let is_machine = |it: &str| {
            !it.trim().is_empty() && it.chars().count() <= MACHINE_MAX_CHARS && !it.chars().any(char::is_control)
        };
        if machine.as_deref().is_some_and(|it| !is_machine(it)) {
            fields.refuse("machine", "改行などを含まない、1文字から100文字の端末名にしてください。");
        }
        let is_long = |it: &str| it.chars().count() > limits.message_max_chars;
        if is_long(&self.message) {
            fields.refuse("message", "2000文字までにしてください。");
        }
        let mut notes = BTreeMap::new();
        for (to, note) in self.notes {
            let field = format!("notes[{to}]");
            if is_long(&note) {
                fields.refuse(&field, "2000文字までにしてください。");
            }
            notes.extend(fields.office(&field, &to).map(|it| (it, note)));
        }
        if self.files.len() > MAX_FILES {
            fields.refuse("files", format!("{MAX_FILES}個までにしてください。"));
        }
        let mut names = FileNames::default();
        let files = self.files.into_iter().take(MAX_FILES).enumerate();
        let files = files.filter_map(|(at, it)| it.check(&mut fields, at, &mut names, &limits)).collect();

        let marker = SendMarker { id, message: self.message, files, notes, confirm: BTreeMap::new() };
        if answer::text(&marker)?.len() > DRAFT_MAX_BYTES {
            fields.refuse("files", "下書きが大きすぎます。ファイルを減らすか、バンドルを分けてください。");
        }
        fields.accept(machine.map(|machine| DraftRow { marker, machine, saved_at: now }))
    }
}

impl DraftFile {
    fn check(self, fields: &mut Fields, at: usize, names: &mut FileNames, limits: &Limits) -> Option<MarkedFile> {
        let name = fields.required(&format!("files[{at}].name"), self.name);
        let name = name.and_then(|it| names.take(fields, at, it));
        let size = fields.required(&format!("files[{at}].size"), self.size);
        let size = size.and_then(|it| size_of(fields, at, it));
        let sha256 = fields.required(&format!("files[{at}].sha256"), self.sha256);
        if sha256.as_deref().is_some_and(|it| !MarkedFile::is_sha256(it)) {
            fields.refuse(&format!("files[{at}].sha256"), "64桁の16進数（小文字）にしてください。");
        }
        let field = format!("files[{at}].to");
        if self.to.len() > limits.max_destinations {
            fields.refuse(&field, format!("{}か所までにしてください。", limits.max_destinations));
        }
        let to: Option<Vec<OfficeNumber>> = self.to.iter().map(|it| fields.office(&field, it)).collect();
        Some(MarkedFile { name: name?, size: size?, sha256: sha256?, to: to? })
    }
}
