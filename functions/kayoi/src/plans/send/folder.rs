use std::{fs, path::Path};

use anyhow::{Context as _, bail};

use super::{Wishes, file_and_offices, office_and_text};

/// Files of a folder that say how the others are sent.
const HELPERS: [&str; 4] = ["message.txt", "notes.txt", "to.txt", "confirm.txt"];

/// A file that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plans) struct FolderFile {
    pub(in crate::plans) name: String,
    pub(in crate::plans) bytes: Vec<u8>,
}

/// The files of `dir` that are sent, in the order of their names, and what is wished: `given`, and what
/// the helper files say.
pub(super) fn read(dir: &Path, given: Wishes) -> anyhow::Result<(Vec<FolderFile>, Wishes)> {
    sorted_out(files_of(dir)?, given)
}

/// Every file right in `dir` but hidden ones and our own results, in the order of their names.
///
/// # Errors
///
/// When it cannot be read, or holds what cannot be sent: a folder, or a name that is no text.
pub(in crate::plans) fn files_of(dir: &Path) -> anyhow::Result<Vec<FolderFile>> {
    let context = || format!("フォルダー {} を読めません。パスと権限を確かめてください", dir.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let name = path.file_name().unwrap_or_default();
        let Some(name) = name.to_str() else {
            bail!("{}: 名前をUnicodeとして読めません。名前を変えてください", path.display())
        };
        if is_ours_or_the_systems(name) {
            continue;
        }
        if path.is_dir() {
            bail!(
                "{}: フォルダーの中のフォルダーは送れません。送るファイルを1つのフォルダーに並べてください",
                path.display()
            );
        }
        let bytes = fs::read(&path).with_context(|| format!("{} を読めません", path.display()))?;
        files.push(FolderFile { name: name.to_owned(), bytes });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Whether a name is of what systems and `kayoi` itself put beside files, which is never sent.
fn is_ours_or_the_systems(name: &str) -> bool {
    const NAMES: [&str; 5] = ["_send.json", "_result.json", "_transfer.json", "thumbs.db", "desktop.ini"];
    name.starts_with('.') || NAMES.contains(&name.to_ascii_lowercase().as_str())
}

/// Takes the helper files out of `files`.
pub(in crate::plans) fn sorted_out(files: Vec<FolderFile>, given: Wishes) -> anyhow::Result<(Vec<FolderFile>, Wishes)> {
    let mut wishes = given;
    let mut sent = Vec::new();
    for file in files {
        let name = file.name.to_ascii_lowercase();
        if !HELPERS.contains(&name.as_str()) {
            sent.push(file);
            continue;
        }
        let text = text_of(&file)?;
        let lines = || text.lines().enumerate().map(|(at, it)| (at + 1, it.trim())).filter(|it| !it.1.is_empty());
        let at_line = |at: usize, why: String| anyhow::anyhow!("{} {at}行目: {why}", file.name);
        match name.as_str() {
            "message.txt" => _ = wishes.message.get_or_insert_with(|| text.trim_end().to_owned()),
            "to.txt" => {
                for (at, line) in lines() {
                    wishes.to.push(file_and_offices(line).map_err(|why| at_line(at, why))?);
                }
            }
            _ => {
                let pairs = if name == "notes.txt" { &mut wishes.notes } else { &mut wishes.confirm };
                for (at, line) in lines() {
                    let pair = office_and_text(line).map_err(|why| at_line(at, why))?;
                    // What the command line says counts.
                    if pairs.iter().all(|it| it.0 != pair.0) {
                        pairs.push(pair);
                    }
                }
            }
        }
    }
    Ok((sent, wishes))
}

/// What a person wrote into a file.
fn text_of(file: &FolderFile) -> anyhow::Result<String> {
    let text = str::from_utf8(&file.bytes).ok().with_context(|| not_utf8(&file.name))?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned())
}

/// What to do with a text in another encoding.
pub(in crate::plans) fn not_utf8(name: &str) -> String {
    format!("{name}: 文字コードがUTF-8ではありません。UTF-8で保存し直してください")
}

#[cfg(test)]
mod tests {
    use careplan::OfficeNumber;

    use super::*;

    fn file(name: &str, text: &str) -> FolderFile {
        FolderFile { name: name.to_owned(), bytes: text.into() }
    }

    #[test]
    fn helper_files_say_what_the_flags_say_and_the_flags_count() {
        let home_help = OfficeNumber::new("9970200011").unwrap();
        let given = Wishes { confirm: vec![(home_help.clone(), "甲".to_owned())], ..Wishes::default() };
        let files = vec![
            file("message.txt", "\u{FEFF}お世話に\r\nなります\r\n"),
            file("To.txt", "\r\n地図=2.pdf=9970200011, 9970300019\r\n"),
            file("confirm.txt", "9970200011=乙\n9970300019 = 丙\n"),
            file("notes.txt", "9970200011=a=b\n"),
            file("地図=2.pdf", "%PDF-"),
        ];
        let (sent, wishes) = sorted_out(files, given).unwrap();
        assert_eq!(sent, [file("地図=2.pdf", "%PDF-")]);
        assert_eq!(wishes.message.as_deref(), Some("お世話に\r\nなります"));
        let day_care = OfficeNumber::new("9970300019").unwrap();
        assert_eq!(wishes.to, [("地図=2.pdf".to_owned(), [home_help.clone(), day_care.clone()].into())]);
        assert_eq!(wishes.confirm, [(home_help.clone(), "甲".to_owned()), (day_care, "丙".to_owned())]);
        assert_eq!(wishes.notes, [(home_help, "a=b".to_owned())]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_number() {
        let told = |name, text| sorted_out(vec![file(name, text)], Wishes::default()).unwrap_err().to_string();
        assert_eq!(told("to.txt", "\n地図.pdf"), "to.txt 2行目: 地図.pdf=9970200011 の形で指定してください。");
        assert!(told("confirm.txt", "997=甲").starts_with("confirm.txt 1行目: 事業所番号は10桁"));
        let shift_jis = FolderFile { name: "message.txt".to_owned(), bytes: vec![0x82, 0xA0] };
        assert!(sorted_out(vec![shift_jis], Wishes::default()).is_err());
    }

    #[test]
    fn what_cannot_be_sent_is_not_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.pdf", "a.pdf", ".DS_Store", "Thumbs.db", "_result.json"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let names: Vec<String> = files_of(dir.path()).unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["a.pdf", "b.pdf"]);
        fs::create_dir(dir.path().join("c")).unwrap();
        assert!(files_of(dir.path()).unwrap_err().to_string().contains("フォルダーの中のフォルダー"));
    }
}
