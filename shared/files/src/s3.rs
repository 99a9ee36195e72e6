use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::ProvideCredentials;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::post::{PresignedPost, Signer, Upload};
use crate::{Head, TooLarge, hex};

/// Tries of a conditional put that meets another one on its way.
const CONFLICT_ATTEMPTS: u32 = 5;

pub(crate) struct S3 {
    pub(crate) client: Client,
    pub(crate) bucket: String,
    pub(crate) aws: SdkConfig,
}

impl S3 {
    pub(crate) fn new(aws: &SdkConfig, bucket: String) -> Self {
        let config = aws_sdk_s3::config::Builder::from(aws).force_path_style(aws.endpoint_url().is_some()).build();
        Self { client: Client::from_conf(config), bucket, aws: aws.clone() }
    }

    pub(crate) async fn head(&self, key: &str) -> Result<Option<Head>> {
        let head =
            self.client.head_object().bucket(&self.bucket).key(key).checksum_mode(ChecksumMode::Enabled).send().await;
        let Some(head) = found(head).context("asking for a file's size")? else { return Ok(None) };
        let sha256 = head.checksum_sha256().and_then(|it| BASE64_STANDARD.decode(it).ok());
        Ok(Some(Head {
            size_bytes: size_bytes(head.content_length())?,
            // A checksum of parts (an upload in several) is none of the content.
            sha256: sha256.filter(|it| it.len() == 32).map(|it| hex(&it)),
            version_id: head.version_id().filter(|it| *it != "null").map(str::to_owned),
        }))
    }

    pub(crate) async fn get(&self, key: &str, version_id: Option<&str>, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        let got = get.set_version_id(version_id.map(str::to_owned)).send().await;
        match found(got).context("getting a file")? {
            Some(file) => content(file, max_bytes).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn get_range(&self, key: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>> {
        if len == 0 {
            return Ok(self.head(key).await?.map(|_| Vec::new()));
        }
        let range = format!("bytes={offset}-{}", offset.saturating_add(len - 1));
        let got = self.client.get_object().bucket(&self.bucket).key(key).range(range).send().await;
        if status(&got) == Some(416) {
            return Ok(Some(Vec::new()));
        }
        match found(got).context("getting a part of a file")? {
            Some(part) => content(part, len).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<()> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::from(bytes));
        put.send().await.map_err(named).context("putting a file")?;
        Ok(())
    }

    pub(crate) async fn put_if_absent(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        let bytes = aws_sdk_s3::primitives::SdkBody::from(bytes);
        for attempt in 0..CONFLICT_ATTEMPTS {
            let body = bytes.try_clone().expect("a body of bytes can be cloned");
            let put = self.client.put_object().bucket(&self.bucket).key(key).if_none_match("*");
            let put = put.checksum_algorithm(ChecksumAlgorithm::Sha256).body(ByteStream::new(body)).send().await;
            match status(&put) {
                Some(412) => return Ok(false),
                // Another put of this key is under way.
                Some(409) => tokio::time::sleep(Duration::from_millis(50 << attempt)).await,
                _ => return put.map(|_| true).map_err(named).context("putting a new file"),
            }
        }
        bail!("putting a new file: another put of its key goes on and on")
    }

    pub(crate) async fn copy(&self, from: &str, to: &str) -> Result<bool> {
        let source = format!("{}/{}", self.bucket, utf8_percent_encode(from, NON_ALPHANUMERIC));
        let copied = self.client.copy_object().bucket(&self.bucket).copy_source(source).key(to).send().await;
        Ok(found(copied).context("copying a file")?.is_some())
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<()> {
        let deleted = self.client.delete_object().bucket(&self.bucket).key(key).send().await;
        deleted.map_err(named).context("deleting a file")?;
        Ok(())
    }

    pub(crate) async fn presigned_post(
        &self,
        upload: &Upload<'_>,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<PresignedPost> {
        let credentials = self.credentials().await?;
        let region = self.aws.region().context("signing an upload without a region")?.as_ref();
        let url = match self.aws.endpoint_url() {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.bucket),
            None => format!("https://{}.s3.{region}.amazonaws.com/", self.bucket),
        };
        let signer = Signer {
            access_key: credentials.access_key_id(),
            secret_key: credentials.secret_access_key(),
            session_token: credentials.session_token().filter(|it| !it.is_empty()),
            region,
        };
        Ok(signer.sign(upload, &self.bucket, url, now, expires_at))
    }

    pub(crate) async fn presigned_get(&self, key: &str, now: Timestamp, expires_at: Timestamp) -> Result<String> {
        let validity = expires_at.duration_since(now).unsigned_abs();
        let start = SystemTime::try_from(now).context("signing an address")?;
        let config = PresigningConfig::builder().start_time(start).expires_in(validity).build();
        let get = self.client.get_object().bucket(&self.bucket).key(key).response_content_disposition("attachment");
        let request = get.presigned(config.context("signing an address")?).await;
        Ok(request.map_err(named).context("signing an address")?.uri().to_owned())
    }

    async fn credentials(&self) -> Result<Credentials> {
        let provider = self.aws.credentials_provider().context("signing an upload without credentials")?;
        provider.provide_credentials().await.context("asking for credentials")
    }
}

/// Reads at most `max_bytes`, and nothing when the file states more.
async fn content(file: GetObjectOutput, max_bytes: u64) -> Result<Vec<u8>> {
    if let Some(stated) = file.content_length() {
        let size_bytes = size_bytes(Some(stated))?;
        ensure!(size_bytes <= max_bytes, TooLarge { size_bytes });
    }
    let mut bytes = Vec::new();
    let mut body = file.body;
    while let Some(chunk) = body.try_next().await.context("reading a file")? {
        bytes.extend_from_slice(&chunk);
        let size_bytes = bytes.len() as u64;
        ensure!(size_bytes <= max_bytes, TooLarge { size_bytes });
    }
    Ok(bytes)
}

fn size_bytes(length: Option<i64>) -> Result<u64> {
    length.and_then(|it| it.try_into().ok()).context("S3 gives no size")
}

/// `None` where the answer is that there is no such file or version.
fn found<T, E>(answer: Result<T, SdkError<E>>) -> Result<Option<T>>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(err) if err.code() == Some("NoSuchBucket") => Err(named(err)),
        // 405 is the answer for the version that marks a deletion.
        Err(err) if matches!(err.raw_response().map(|it| it.status().as_u16()), Some(404 | 405)) => Ok(None),
        Err(err) => Err(named(err)),
    }
}

fn status<T, E>(answer: &Result<T, SdkError<E>>) -> Option<u16> {
    let err = answer.as_ref().err()?;
    err.raw_response().map(|it| it.status().as_u16())
}

/// The error's code alone: its text can hold the key.
pub(crate) fn named<E>(err: SdkError<E>) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match (err.code(), err.raw_response()) {
        (Some(code), _) => anyhow::anyhow!("S3 answered {code}"),
        (None, Some(answer)) if answer.status().is_success() => anyhow::anyhow!("S3's answer cannot be read"),
        (None, Some(answer)) => anyhow::anyhow!("S3 answered {}", answer.status().as_u16()),
        // Nothing came back: the cause is the connection, time or credentials.
        (None, None) => anyhow::Error::new(err),
    }
}
