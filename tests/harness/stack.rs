//! The emulator for tests.

use std::path::{Path, PathBuf};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::Credentials;
use local::{Emulator, Options};

/// A bucket and two tables, and no function that would work on them by itself.
pub(crate) const BARE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref AWS::StackName
      VersioningConfiguration: {Status: Enabled}
  Core:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-core"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
  Auth:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-auth"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
"#;

/// Where the tests keep the Python environment and the emulators' files.
pub(crate) fn state_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/kayoi-tests")
}

/// An emulator of its own, or `None`, said aloud, where the setting `KAYOI_TESTS=offline` asks for
/// tests without it.
pub(crate) fn emulator(name: &str) -> Option<Emulator> {
    if host::optional_setting("KAYOI_TESTS").unwrap().as_deref() == Some("offline") {
        eprintln!("skipped: KAYOI_TESTS=offline leaves out what needs the emulator");
        return None;
    }
    let options =
        Options { state_dir: state_dir().join(name), venv_dir: state_dir().join("../kayoi-venv"), port: None };
    Some(Emulator::start(&options).unwrap())
}

/// An emulator with a bucket named `name` and the tables `<name>-core` and `<name>-auth`.
pub(crate) fn bare_stack(name: &str) -> Option<Emulator> {
    let emulator = emulator(name)?;
    emulator.deploy(BARE, name, &[], &[]).unwrap();
    Some(emulator)
}

/// How to reach the emulator at `endpoint`, or a proxy before it.
pub(crate) async fn aws(endpoint: &str) -> SdkConfig {
    config(endpoint, RetryConfig::standard()).await
}

/// As [`aws`], without retries: a broken call is the end of the attempt.
pub(crate) async fn without_retries(endpoint: &str) -> SdkConfig {
    config(endpoint, RetryConfig::disabled()).await
}

async fn config(endpoint: &str, retries: RetryConfig) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(local::REGION))
        .credentials_provider(Credentials::from_keys(local::ACCESS_KEY, local::ACCESS_KEY, None))
        .endpoint_url(endpoint)
        .retry_config(retries)
        .load()
        .await
}
