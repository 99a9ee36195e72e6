//! A presigned POST on the emulator (reliability table, rows 10 and 56).

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use files::{Files, Upload};
use jiff::ToSpan as _;

use crate::harness::stack::{aws, bare_stack};

const BOUNDARY: &str = "kayoi-tests";

fn form(fields: &std::collections::BTreeMap<String, String>, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let file = "Content-Disposition: form-data; name=\"file\"; filename=\"a.UKE\"\r\n\r\n";
    body.extend(format!("--{BOUNDARY}\r\n{file}").bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

/// Posts `body`, of which only the first `n_sent` bytes are sent before the client dies.
fn post(url: &str, body: &[u8], n_sent: usize) -> String {
    let address = url.trim_start_matches("http://");
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len(),
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body[..n_sent]).unwrap();
    if n_sent < body.len() {
        return "died".to_owned();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_breaks_off_leaves_no_file_and_can_be_made_again() {
    let Some(stack) = bare_stack("kayoi-posts") else { return };
    let files = Files::in_s3(&aws(stack.endpoint()).await, "kayoi-posts");
    let key = "receipts/clinic/000000000001-x";
    let upload =
        Upload { key, max_bytes: 1_000_000, content_type: "application/octet-stream", sha256: None, then_to: None };
    let now = host::now();
    let presigned = files.presigned_post(&upload, now, now.checked_add(10.minutes()).unwrap()).await.unwrap();
    let bytes = vec![b'x'; 500_000];
    let body = form(&presigned.fields, &bytes);

    for n_sent in [0, body.len() / 2, body.len() - 1] {
        assert_eq!(post(&presigned.url, &body, n_sent), "died");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(files.head(key).await.unwrap(), None, "nothing arrived");

    let answer = post(&presigned.url, &body, body.len());
    assert!(answer.contains(" 20"), "{answer}");
    assert_eq!(files.get(key, 1_000_000).await.unwrap().unwrap(), bytes);
}

/// What a care office holds is a form for one key, one type and one size: all else is refused by S3, as
/// only a policy could refuse it to bucket tools.
#[tokio::test(flavor = "multi_thread")]
async fn a_post_for_one_bundle_puts_nothing_else_anywhere_else() {
    let Some(stack) = bare_stack("kayoi-plan-posts") else { return };
    let files = Files::in_s3(&aws(stack.endpoint()).await, "kayoi-plan-posts");
    let key = "outbox/9970100013/b-1/a.csv";
    let upload = Upload { key, max_bytes: 100, content_type: "application/octet-stream", sha256: None, then_to: None };
    let now = host::now();
    let presigned = files.presigned_post(&upload, now, now.checked_add(10.minutes()).unwrap()).await.unwrap();
    let refused = |changed: &[(&str, &str)], size: usize| {
        let mut fields = presigned.fields.clone();
        for (name, value) in changed {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
        let body = form(&fields, &vec![b'x'; size]);
        let answer = post(&presigned.url, &body, body.len());
        assert!(!answer.contains(" 20"), "{changed:?} {size}: {answer}");
    };
    refused(&[("key", "outbox/9970200011/b-1/a.csv")], 100);
    refused(&[("key", "inbox/9970200011/x/_transfer.json")], 100);
    refused(&[("key", "outbox/9970100013/b-1/${filename}")], 100);
    refused(&[("Content-Type", "text/html")], 100);
    refused(&[], 101);
    assert_eq!(files.list("", None, 10).await.unwrap().files.len(), 0);

    let body = form(&presigned.fields, &[b'x'; 100]);
    for _ in 0..100 {
        assert!(post(&presigned.url, &body, body.len()).contains(" 20"));
    }
    let listed = files.list("", None, 10).await.unwrap().files;
    assert_eq!(listed.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), [key], "always the one key");

    let expired = files.presigned_post(&upload, now - 20.minutes(), now - 10.minutes()).await.unwrap();
    let body = form(&expired.fields, &[b'x'; 100]);
    assert!(!post(&expired.url, &body, body.len()).contains(" 20"));
}
