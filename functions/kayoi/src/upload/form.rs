use std::collections::BTreeMap;

/// A form with a file as its last field, and the content type that names its boundary.
///
/// `boundary` must not occur in the file: a random one does not.
pub(crate) fn form(fields: &BTreeMap<String, String>, bytes: &[u8], boundary: &str) -> (String, Vec<u8>) {
    let mut body = Vec::with_capacity(bytes.len() + 4096);
    for (name, value) in fields {
        let field = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(field.as_bytes());
    }
    // The file's own name stays here: it may hold a patient's.
    let head =
        "Content-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream";
    body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_comes_last_and_as_it_is() {
        let fields = BTreeMap::from([("key".to_owned(), "receipts/a".to_owned())]);
        let (content_type, body) = form(&fields, b"1\r\n\xff", "B");
        assert_eq!(content_type, "multipart/form-data; boundary=B");
        let expected = b"--B\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nreceipts/a\r\n\
            --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\
            Content-Type: application/octet-stream\r\n\r\n1\r\n\xff\r\n--B--\r\n";
        assert_eq!(body, expected);
    }
}
