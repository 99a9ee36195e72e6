//! As much of HTTP/1.1 as the clients of our adapters speak.

use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

/// What a stand-in takes at most: LINE's own limit.
pub(crate) const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// All lines of a head together.
const MAX_HEAD_BYTES: u64 = 64 * 1024;

pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    /// Empty where it was too large.
    pub(crate) body: Vec<u8>,
    pub(crate) is_too_large: bool,
}

impl Request {
    /// The header called `name`, in whatever case the caller wrote it.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `Null` where the body is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The next request of a connection; `None` at its end.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = from.take(MAX_HEAD_BYTES);
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = words.next().zip(words.next()).ok_or(io::ErrorKind::InvalidData)?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            if head.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut request = Self { method, path, headers, body: Vec::new(), is_too_large: false };
        let length = request.header("content-length").map_or(Ok(0), str::parse::<u64>);
        let length = length.map_err(|_| io::ErrorKind::InvalidData)?;
        if length > MAX_BODY_BYTES as u64 {
            io::copy(&mut from.take(length), &mut io::sink())?;
            request.is_too_large = true;
        } else {
            request.body = vec![0; usize::try_from(length).unwrap_or_default()];
            from.read_exact(&mut request.body)?;
        }
        Ok(Some(request))
    }
}

/// What a caller meets.
pub(crate) enum Reply {
    Answer(Answer),
    /// Nothing, until the caller goes.
    Hang,
    Reset,
}

pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body: body.to_string() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// In one piece, so that it is one packet.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut text = format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\n", self.status, self.body.len());
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        to.write_all(text.as_bytes())
    }
}
