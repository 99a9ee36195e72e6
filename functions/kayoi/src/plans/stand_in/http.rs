use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    query: String,
    pub(super) token: Option<String>,
    pub(super) body: Vec<u8>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// One request, its whole body with it.
    pub(super) fn read(connection: &mut TcpStream) -> Option<Self> {
        let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
        let head_end = loop {
            if let Some(at) = position(&bytes, b"\r\n\r\n") {
                break at;
            }
            let n_read = connection.read(&mut buffer).ok().filter(|it| *it > 0)?;
            bytes.extend_from_slice(&buffer[..n_read]);
        };
        let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
        let header = |name: &str| {
            let found = head.lines().filter_map(|it| it.split_once(':')).find(|it| it.0.eq_ignore_ascii_case(name));
            found.map(|it| it.1.trim().to_owned())
        };
        let n_bytes: usize = header("content-length").map_or(0, |it| it.parse().unwrap());
        let mut body = bytes.split_off(head_end + 4);
        while body.len() < n_bytes {
            let n_read = connection.read(&mut buffer).ok().filter(|it| *it > 0)?;
            body.extend_from_slice(&buffer[..n_read]);
        }
        let mut line = head.lines().next()?.split(' ');
        let (method, address) = (line.next()?.to_owned(), line.next()?);
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Some(Self { method, path: path.to_owned(), query: query.to_owned(), token: header("authorization"), body })
    }

    pub(super) fn query(&self, name: &str) -> &str {
        let mut pairs = self.query.split('&').filter_map(|it| it.split_once('='));
        pairs.find(|it| it.0 == name).map_or("", |it| it.1)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The key and the file of a form.
    pub(super) fn form(&self) -> (String, Vec<u8>) {
        let behind = |mark: &[u8]| position(&self.body, mark).unwrap() + mark.len();
        let key = &self.body[behind(b"name=\"key\"\r\n\r\n")..];
        let key = String::from_utf8(key[..position(key, b"\r\n").unwrap()].to_vec()).unwrap();
        let file = &self.body[behind(b"name=\"file\"")..];
        let file = &file[position(file, b"\r\n\r\n").unwrap() + 4..];
        // The boundary is the first line.
        let n_end = position(&self.body, b"\r\n").unwrap() + b"\r\n--\r\n".len();
        (key, file[..file.len() - n_end].to_vec())
    }
}

impl Answer {
    pub(super) fn json(body: &Value) -> Self {
        Self { status: 200, body: serde_json::to_vec(body).unwrap() }
    }

    pub(super) fn problem(status: u16, detail: &str) -> Self {
        Self { status, ..Self::json(&json!({"title": "できません", "status": status, "detail": detail})) }
    }

    pub(super) fn write(&self, connection: &mut TcpStream) {
        let head =
            format!("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", self.status, self.body.len());
        // Whoever asked may be gone.
        let _ = connection.write_all(&[head.as_bytes(), &self.body].concat());
    }
}

fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|it| it == mark)
}
