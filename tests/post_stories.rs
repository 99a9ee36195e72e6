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
    let upload = Upload { key, max_bytes: 1_000_000, content_type: "application/octet-stream", sha256: None };
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
