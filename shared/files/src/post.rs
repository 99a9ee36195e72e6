use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

use crate::hex;

/// What one presigned POST allows.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// The exact key.
    pub key: &'a str,
    /// The largest content; an empty one is refused too.
    pub max_bytes: u64,
    /// The exact type the form must state. It says nothing about the content.
    pub content_type: &'a str,
    /// SHA-256 of the content, where the sender knows it beforehand: S3 then refuses other bytes.
    pub sha256: Option<[u8; 32]>,
    /// Where S3 sends the browser afterwards, by GET and with the key in the query: for forms without scripts.
    pub then_to: Option<&'a str>,
}

/// An address and the fields to post to it as `multipart/form-data`, the file last, as `file`.
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedPost {
    /// Where to post.
    pub url: String,
    /// The fields, each to be sent as it is.
    pub fields: BTreeMap<String, String>,
}

/// Signs POST policies by AWS Signature Version 4.
pub(crate) struct Signer<'a> {
    pub(crate) access_key: &'a str,
    pub(crate) secret_key: &'a str,
    pub(crate) session_token: Option<&'a str>,
    pub(crate) region: &'a str,
}

impl Signer<'_> {
    pub(crate) fn sign(
        &self,
        upload: &Upload<'_>,
        bucket: &str,
        url: String,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> PresignedPost {
        let date = now.strftime("%Y%m%d").to_string();

        let mut fields = BTreeMap::from([
            ("key".to_owned(), upload.key.to_owned()),
            ("Content-Type".to_owned(), upload.content_type.to_owned()),
            ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential".to_owned(), format!("{}/{date}/{}/s3/aws4_request", self.access_key, self.region)),
            ("x-amz-date".to_owned(), now.strftime("%Y%m%dT%H%M%SZ").to_string()),
        ]);
        if let Some(token) = self.session_token {
            fields.insert("x-amz-security-token".to_owned(), token.to_owned());
        }
        if let Some(sha256) = upload.sha256 {
            fields.insert("x-amz-checksum-algorithm".to_owned(), "SHA256".to_owned());
            fields.insert("x-amz-checksum-sha256".to_owned(), BASE64_STANDARD.encode(sha256));
        }

        if let Some(then_to) = upload.then_to {
            fields.insert("success_action_redirect".to_owned(), then_to.to_owned());
        }

        // Each field is a condition that it be sent exactly so.
        let mut conditions = vec![json!({ "bucket": bucket }), json!(["content-length-range", 1, upload.max_bytes])];
        conditions.extend(fields.iter().map(|(name, value)| json!({ name: value })));
        let expiration = expires_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let policy = json!({ "expiration": expiration, "conditions": conditions }).to_string();

        let policy = BASE64_STANDARD.encode(policy);
        fields.insert("x-amz-signature".to_owned(), self.signature(&date, &policy));
        fields.insert("policy".to_owned(), policy);
        PresignedPost { url, fields }
    }

    fn signature(&self, date: &str, policy: &str) -> String {
        let secret = format!("AWS4{}", self.secret_key);
        let key = [date, self.region, "s3", "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, part| hmac_sha256(&key, part.as_bytes()));
        hex(&hmac_sha256(&key, policy.as_bytes()))
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example credentials of the S3 documentation.
    const EXAMPLE: Signer<'_> = Signer {
        access_key: "AKIAIOSFODNN7EXAMPLE",
        secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        session_token: None,
        region: "us-east-1",
    };

    /// "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)" of the S3
    /// documentation: this policy, with lines ended by CR and LF, gives that signature.
    #[test]
    fn the_published_example_is_signed_as_published() {
        let policy = [
            r#"{ "expiration": "2015-12-30T12:00:00.000Z","#,
            r#"  "conditions": ["#,
            r#"    {"bucket": "sigv4examplebucket"},"#,
            r#"    ["starts-with", "$key", "user/user1/"],"#,
            r#"    {"acl": "public-read"},"#,
            r#"    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},"#,
            r#"    ["starts-with", "$Content-Type", "image/"],"#,
            r#"    {"x-amz-meta-uuid": "14365123651274"},"#,
            r#"    {"x-amz-server-side-encryption": "AES256"},"#,
            r#"    ["starts-with", "$x-amz-meta-tag", ""],"#,
            "",
            r#"    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},"#,
            r#"    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},"#,
            r#"    {"x-amz-date": "20151229T000000Z" }"#,
            r#"  ]"#,
            r#"}"#,
        ]
        .join("\r\n");
        let signature = EXAMPLE.signature("20151229", &BASE64_STANDARD.encode(policy));
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    #[test]
    fn every_field_is_a_condition() {
        let upload = Upload {
            key: "receipts/c1/日 本",
            max_bytes: 10,
            content_type: "text/csv",
            sha256: Some([7; 32]),
            then_to: Some("https://p.example/m/a"),
        };
        let signer = Signer { session_token: Some("token"), ..EXAMPLE };
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let post = signer.sign(
            &upload,
            "data",
            "https://x/".into(),
            at("2026-03-10T00:00:00.5Z"),
            at("2026-03-10T00:10:00.5Z"),
        );

        let policy = BASE64_STANDARD.decode(&post.fields["policy"]).unwrap();
        let policy: serde_json::Value = serde_json::from_slice(&policy).unwrap();
        assert_eq!(policy["expiration"], "2026-03-10T00:10:00Z");
        let conditions = policy["conditions"].as_array().unwrap();
        assert!(conditions.contains(&json!({"bucket": "data"})));
        assert!(conditions.contains(&json!(["content-length-range", 1, 10])));
        for (name, value) in post.fields.iter().filter(|(name, _)| !["policy", "x-amz-signature"].contains(&&***name)) {
            assert!(conditions.contains(&json!({ name: value })), "{name}");
        }
        assert_eq!(post.fields["x-amz-date"], "20260310T000000Z");
        assert_eq!(post.fields["x-amz-security-token"], "token");
        assert_eq!(post.fields["success_action_redirect"], "https://p.example/m/a");
    }
}
