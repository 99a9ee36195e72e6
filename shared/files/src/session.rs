use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use aws_config::{SdkConfig, sts::AssumeRoleProvider};
use aws_sdk_s3::config::ProvideCredentials as _;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What the holder of a session may do, by keys that may end in `*`. Nobody may delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRights {
    /// Keys to put.
    pub put: Vec<String>,
    /// Keys to get, and prefixes to list.
    pub get: Vec<String>,
}

/// Credentials for plain bucket tools.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// `AWS_ACCESS_KEY_ID`
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`
    pub session_token: String,
    /// Where the files are.
    pub bucket: String,
    /// Until when they work.
    pub expires_at: Timestamp,
}

/// How long a session lasts.
pub(crate) const SESSION_LIFE: Duration = Duration::from_secs(60 * 60);

/// Credentials of `role_arn` for an hour, cut down to `rights` in `bucket`.
pub(crate) async fn session(
    aws: &SdkConfig,
    bucket: &str,
    role_arn: &str,
    name: &str,
    rights: &SessionRights,
) -> Result<Session> {
    let provider = AssumeRoleProvider::builder(role_arn)
        .session_name(name)
        .session_length(SESSION_LIFE)
        .policy(policy(bucket, rights).to_string())
        .configure(aws)
        .build()
        .await;
    // The error's text names the role and the session alone.
    let credentials = provider.provide_credentials().await.context("asking for a session")?;
    let expires_at = credentials.expiry().context("a session without an end")?;
    Ok(Session {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: credentials.secret_access_key().to_owned(),
        session_token: credentials.session_token().context("a session without a token")?.to_owned(),
        bucket: bucket.to_owned(),
        expires_at: Timestamp::try_from(expires_at).map_err(|_| anyhow!("a session that ends in no time of ours"))?,
    })
}

/// What a session may do at most: the role may do no more either.
fn policy(bucket: &str, rights: &SessionRights) -> Value {
    let arns = |keys: &[String]| keys.iter().map(|it| format!("arn:aws:s3:::{bucket}/{it}")).collect::<Vec<_>>();
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": arns(&rights.put)},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": arns(&rights.get)},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": format!("arn:aws:s3:::{bucket}"),
                "Condition": {"StringLike": {"s3:prefix": rights.get}},
            },
            // For the bucket's key alone: the role has no other.
            {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_reaches_its_own_keys_alone_and_deletes_nothing() {
        let rights = SessionRights {
            put: vec!["outbox/9970100013/*".to_owned(), "inbox/9970100013/*/_ack.json".to_owned()],
            get: vec!["inbox/9970100013/*".to_owned(), "results/9970100013/*".to_owned()],
        };
        let policy = policy("data", &rights);
        assert_eq!(
            policy["Statement"][0],
            json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": [
                "arn:aws:s3:::data/outbox/9970100013/*", "arn:aws:s3:::data/inbox/9970100013/*/_ack.json"]})
        );
        assert_eq!(
            policy["Statement"][2]["Condition"]["StringLike"]["s3:prefix"],
            json!(["inbox/9970100013/*", "results/9970100013/*"])
        );
        let text = policy.to_string();
        assert!(!text.contains("Delete") && !text.contains("s3:*"), "{text}");
        assert!(text.len() < 2048, "longer than STS takes");
    }
}
