use std::io::{Cursor, Read as _, Write as _};

use anyhow::{Context as _, ensure};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{index, log::Log};

const README: &str = "ケアプランデータ連携の記録\r\n\
\r\n\
index.html      記録の一覧（ブラウザーで開き、A4で印刷できます）\r\n\
log.json        署名された記録。これが証拠です\r\n\
public-key.txt  署名を確かめる公開鍵（Ed25519、base64）\r\n\
\r\n\
確かめ方\r\n\
  kayoi plans evidence --verify このZIPファイル --key サービスが公開している公開鍵\r\n\
  「改ざんなし」と表示されれば、記録はサービスが署名したままで、途中の記録が抜かれたり\r\n\
  足されたり入れ替えられたりしていません。ネットワークは使いません。\r\n\
\r\n\
kayoi を使わずに確かめるには\r\n\
  1. log.json の entries のそれぞれについて、signature（base64）が text（UTF-8）に対する\r\n\
     公開鍵のEd25519署名であること。\r\n\
  2. text のJSONの previous が、1つ前の text（UTF-8）のSHA-256（16進数、小文字）であること。\r\n\
     number が1つずつ増えること。この月のはじめの記録の1つ前と、最後の記録の1つ後の記録が\r\n\
     （あれば）入っています。なければ、月の端の記録が抜かれていないとは言えません。\r\n\
  3. 手元のファイルのSHA-256が、text の sha256 にあること。\r\n\
\r\n\
できごと（event）: delivered 配達、fetched 取得、imported 取込済、rejected 取込不可、\r\n\
withdrawn 取消、undelivered 不達。日時（at）は協定世界時で、一覧では日本時間です。\r\n\
利用者の氏名や、人が付けたファイル名は入っていません。\r\n";

/// Somewhat more than there are.
const MAX_FILES: usize = 16;

/// Bytes of the largest file read out of a ZIP.
const FILE_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What a ZIP of evidence holds.
pub(super) struct Opened {
    pub(super) log: Log,
    /// Name and content of everything in it.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Everything that belongs into the ZIP of a log.
///
/// # Errors
///
/// When the log is not what was signed.
pub(super) fn files_of(log: &Log) -> anyhow::Result<[(&'static str, Vec<u8>); 4]> {
    let mut json = serde_json::to_vec_pretty(log)?;
    json.push(b'\n');
    Ok([
        ("README.txt", README.into()),
        ("index.html", index_of(log)?.into_bytes()),
        ("log.json", json),
        ("public-key.txt", format!("{}\n", log.key).into_bytes()),
    ])
}

/// The ZIP of a log: the same bytes for the same log.
///
/// # Errors
///
/// When the log is not what was signed.
pub(super) fn zip(log: &Log) -> anyhow::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files_of(log)? {
        writer.start_file(name, options)?;
        writer.write_all(&bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// What `index.html` says of a log.
fn index_of(log: &Log) -> anyhow::Result<String> {
    let entries = log.entries()?;
    Ok(index::page(log.month.as_deref().unwrap_or_default(), &log.key, &entries.of_month))
}

/// Reads a ZIP, of which nothing is believed yet.
///
/// # Errors
///
/// When it is none of evidence.
pub(super) fn open(bytes: &[u8]) -> anyhow::Result<Opened> {
    const OTHER: &str = "kayoi plans evidence の作ったZIPファイルではありません";
    let mut archive = ZipArchive::new(Cursor::new(bytes)).context(OTHER)?;
    ensure!(archive.len() <= MAX_FILES, OTHER);
    let mut files = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).context(OTHER)?;
        let (name, mut content) = (file.name().context(OTHER)?.into_owned(), Vec::new());
        let n_bytes = file.by_ref().take(FILE_MAX_BYTES + 1).read_to_end(&mut content).context(OTHER)?;
        ensure!(n_bytes as u64 <= FILE_MAX_BYTES, "ZIPの中のファイルが大きすぎます");
        files.push((name, content));
    }
    let log = files.iter().find(|it| it.0 == "log.json").context(OTHER)?;
    let log = serde_json::from_slice(&log.1).ok().context("log.json を読めません")?;
    Ok(Opened { log, files })
}
