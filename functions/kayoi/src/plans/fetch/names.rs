use std::collections::BTreeSet;

use careplan::{FileName, exchange::TransferId};
use jiff::Timestamp;

use crate::plans::office::{Transfer, TransferFile};

/// Bytes of the longest name of a file.
const MAX_BYTES: usize = 200;

/// Names that mean something in a folder of the inbox, or to the systems the folder may lie on.
const TAKEN: [&str; 12] = [
    "_transfer.json",
    "_ack.json",
    "_send.json",
    "_result.json",
    "imported.txt",
    "imported.sent.txt",
    "imported.refused.txt",
    "rejected.txt",
    "rejected.sent.txt",
    "rejected.refused.txt",
    "desktop.ini",
    "thumbs.db",
];

/// What Windows opens as a device, whatever the ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The folder of a transfer; with `whole` where another one begins alike.
pub(super) fn folder_name(transfer: &Transfer, whole: bool) -> String {
    let when = match &transfer.serial {
        Some(serial) => serial.as_str().to_owned(),
        None => digits(transfer.accepted_at),
    };
    let id = transfer.id.as_str();
    let id = if whole { id } else { id.get(..8).unwrap_or(id) };
    format!("{}_{when}_{id}", transfer.sender)
}

/// A moment in Tokyo as a ファイル連番 writes it.
fn digits(at: Timestamp) -> String {
    jiff::tz::offset(9).to_datetime(at).strftime("%Y%m%d%H%M%S").to_string()
}

/// Where a transfer is put together: hidden, and known again by its id.
pub(super) fn part_name(id: &TransferId) -> String {
    format!(".{id}.part")
}

/// The transfer that is put together in a folder called `name`.
pub(super) fn part_of(name: &str) -> Option<TransferId> {
    TransferId::parse(name.strip_prefix('.')?.strip_suffix(".part")?)
}

/// What the files of a transfer are called in its folder, in their order, no two alike: those of the
/// standard by their names, others as their sender called them, made safe.
pub(super) fn file_names(transfer: &Transfer) -> Vec<String> {
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|it| (*it).to_owned()).collect();
    transfer.files.iter().map(|it| free_name(&name_of(it), &mut taken)).collect()
}

fn name_of(file: &TransferFile) -> String {
    match FileName::parse(&file.name) {
        Ok(name) => name.to_string(),
        Err(_) => safe_name(&file.display_name, &file.name),
    }
}

/// `wanted`, or the first of `wanted (2)`… that nothing is called; upper and lower case are alike.
fn free_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let (stem, ending) = split(wanted);
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem} ({number}){ending}");
        number += 1;
    }
    name
}

/// `shown`, which anybody may have typed, as a name that leads nowhere else, does nothing and ends as
/// its content is: `kept`, such as `a1.pdf`, says how that is.
pub(super) fn safe_name(shown: &str, kept: &str) -> String {
    let ending = ending_of(kept);
    let plain: String = shown.chars().map(|it| if is_unsafe(it) { '_' } else { it }).collect();
    let plain = plain.trim_matches(|it: char| it.is_whitespace() || it == '.');
    let (mut stem, own_ending) = split(plain);
    let fits = own_ending.eq_ignore_ascii_case(&ending) || ending == ".jpg" && own_ending.eq_ignore_ascii_case(".jpeg");
    let ending = if fits {
        own_ending.to_owned()
    } else {
        // `x.bat` with text in it becomes `x.bat.txt`: nothing runs it.
        stem = plain;
        ending
    };
    let mut end = stem.len().min(MAX_BYTES - 1 - ending.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = stem[..end].trim_end();
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let mark = if stem.is_empty() || DEVICES.contains(&first.as_str()) || stem.starts_with(['~', '-', '=', '+', '@']) {
        "_"
    } else {
        ""
    };
    format!("{mark}{stem}{ending}")
}

/// How the content of a file is called behind its dot. Our own names alone say it; of anything else nothing is
/// believed.
fn ending_of(kept: &str) -> String {
    const ENDINGS: [&str; 6] = [".csv", ".txt", ".pdf", ".jpg", ".png", ".gif"];
    let (_, ending) = split(kept);
    let ending = ending.to_ascii_lowercase();
    if ENDINGS.contains(&ending.as_str()) { ending } else { ".bin".to_owned() }
}

/// A name before its last dot, and from it on.
fn split(name: &str) -> (&str, &str) {
    name.rfind('.').filter(|at| *at > 0).map_or((name, ""), |at| name.split_at(at))
}

/// What a system forbids in names, or what makes a name look like another one.
fn is_unsafe(it: char) -> bool {
    let turns_text =
        matches!(it, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    it.is_control() || turns_text || matches!(it, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for (shown, safe) in [
            ("地図.pdf", "地図.pdf"),
            ("../../etc/passwd", "_.._etc_passwd.pdf"),
            ("..", "_.pdf"),
            ("", "_.pdf"),
            ("/", "_.pdf"),
            ("C:\\Windows\\x.pdf", "C__Windows_x.pdf"),
            ("a\u{0}b\nc\u{7f}.pdf", "a_b_c_.pdf"),
            (".hidden.pdf", "hidden.pdf"),
            ("trailing. . .", "trailing.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("nul", "_nul.pdf"),
            ("Lpt1.x.pdf", "_Lpt1.x.pdf"),
            ("控え\u{202E}fdp.exe", "控え_fdp.exe.pdf"),
            ("-rf.pdf", "_-rf.pdf"),
            ("写真 (1).PDF", "写真 (1).PDF"),
        ] {
            assert_eq!(safe_name(shown, "a1.pdf"), safe, "{shown:?}");
        }
    }

    #[test]
    fn a_name_ends_as_its_content_is() {
        assert_eq!(safe_name("x.bat", "a1.txt"), "x.bat.txt");
        assert_eq!(safe_name("写真.JPEG", "a1.jpg"), "写真.JPEG");
        assert_eq!(safe_name("表.csv", "a2.txt"), "表.csv.txt");
        assert_eq!(safe_name("x.html", "x.html"), "x.html.bin");
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_keeps_its_ending() {
        for n_letters in [63, 64, 65, 66, 100] {
            let name = safe_name(&format!("{}.pdf", "長".repeat(n_letters)), "a1.pdf");
            assert!(name.len() <= MAX_BYTES && name.ends_with("長.pdf"), "{name}");
        }
    }

    #[test]
    fn no_two_names_are_alike_and_none_means_something() {
        let mut taken: BTreeSet<String> = TAKEN.iter().map(|it| (*it).to_owned()).collect();
        let names = ["地図.pdf", "地図.PDF", "地図.pdf", "imported.txt", "Rejected.TXT", "_transfer.json"];
        let named: Vec<String> = names.iter().map(|it| free_name(it, &mut taken)).collect();
        assert_eq!(
            named,
            ["地図.pdf", "地図 (2).PDF", "地図 (3).pdf", "imported (2).txt", "Rejected (2).TXT", "_transfer (2).json"]
        );
    }

    #[test]
    fn a_folder_that_is_not_whole_names_its_transfer() {
        let id = TransferId::parse(&"0a".repeat(16)).unwrap();
        assert_eq!(part_of(&part_name(&id)), Some(id));
        for name in [".DS_Store", ".part", "..part", "x.part", &"0a".repeat(16)] {
            assert_eq!(part_of(name), None, "{name}");
        }
    }
}
