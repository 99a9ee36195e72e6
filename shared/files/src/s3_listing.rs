use anyhow::{Context, Result, bail};
use aws_sdk_s3::types::{Delete, EncodingType, ObjectIdentifier};
use percent_encoding::percent_decode_str;

use crate::s3::{S3, named};
use crate::{Listed, Page};

/// Times everything under a prefix is listed and deleted before giving up on someone who goes on
/// putting.
const ERASING_ROUNDS: u32 = 4;

impl S3 {
    pub(crate) async fn list(&self, prefix: &str, start_after: Option<&str>, limit: u16) -> Result<Page> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).max_keys(limit.into());
        // Encoded, as a key may hold characters that XML cannot.
        let list = list.encoding_type(EncodingType::Url).set_start_after(start_after.map(str::to_owned));
        let page = list.send().await.map_err(named).context("listing files")?;

        let encoded = page.encoding_type() == Some(&EncodingType::Url);
        let mut files = Vec::new();
        for object in page.contents() {
            let key = decoded(object.key().context("listing a file without a key")?, encoded)?;
            let size_bytes =
                object.size().and_then(|it| it.try_into().ok()).context("listing a file without a size")?;
            files.push(Listed { key, size_bytes });
        }
        let more = page.is_truncated() == Some(true);
        let next = files.last().filter(|_| more).map(|it| it.key.clone());
        Ok(Page { files, next })
    }

    pub(crate) async fn delete_prefix(&self, prefix: &str) -> Result<u64> {
        self.erase_until_none(prefix, false).await
    }

    pub(crate) async fn erase_key(&self, key: &str) -> Result<u64> {
        self.erase_until_none(key, true).await
    }

    /// Erases what begins with `prefix`, or is called exactly so.
    async fn erase_until_none(&self, prefix: &str, exactly: bool) -> Result<u64> {
        let mut n_erased = 0;
        for _ in 0..ERASING_ROUNDS {
            let n_found = self.erase_once(prefix, exactly).await?;
            if n_found == 0 {
                return Ok(n_erased);
            }
            n_erased += n_found;
        }
        bail!("files are put under a prefix while it is erased")
    }

    /// Deletes what one walk over all versions finds, and returns how many that were.
    async fn erase_once(&self, prefix: &str, exactly: bool) -> Result<u64> {
        let mut n_found = 0;
        let (mut key_marker, mut version_marker) = (None, None);
        loop {
            let list = self.client.list_object_versions().bucket(&self.bucket).prefix(prefix);
            let list = list.set_key_marker(key_marker).set_version_id_marker(version_marker);
            let page = list.encoding_type(EncodingType::Url).send().await.map_err(named).context("listing versions")?;

            let encoded = page.encoding_type() == Some(&EncodingType::Url);
            let versions = page.versions().iter().map(|it| (it.key(), it.version_id()));
            let markers = page.delete_markers().iter().map(|it| (it.key(), it.version_id()));
            let mut doomed = Vec::new();
            for (key, version_id) in versions.chain(markers) {
                let key = decoded(key.context("listing a version without a key")?, encoded)?;
                if exactly && key != prefix {
                    continue;
                }
                let version = ObjectIdentifier::builder().key(key).set_version_id(version_id.map(str::to_owned));
                doomed.push(version.build().context("naming a version")?);
            }
            n_found += doomed.len() as u64;
            self.erase(doomed).await?;

            if page.is_truncated() != Some(true) {
                return Ok(n_found);
            }
            key_marker = page.next_key_marker().map(|it| decoded(it, encoded)).transpose()?;
            version_marker = page.next_version_id_marker().map(str::to_owned);
        }
    }

    async fn erase(&self, doomed: Vec<ObjectIdentifier>) -> Result<()> {
        if doomed.is_empty() {
            return Ok(());
        }
        let delete = Delete::builder().set_objects(Some(doomed)).quiet(true).build().context("naming versions")?;
        let erased = self.client.delete_objects().bucket(&self.bucket).delete(delete).send().await;
        let erased = erased.map_err(named).context("erasing versions")?;
        if let Some(refused) = erased.errors().first() {
            bail!("{} versions were not erased: {}", erased.errors().len(), refused.code().unwrap_or("no reason"));
        }
        Ok(())
    }
}

/// S3 encodes keys in listings as in events: as a form does.
fn decoded(key: &str, encoded: bool) -> Result<String> {
    if !encoded {
        return Ok(key.to_owned());
    }
    let spaced = key.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8().ok().context("decoding a key that is not UTF-8")?;
    Ok(key.into_owned())
}
