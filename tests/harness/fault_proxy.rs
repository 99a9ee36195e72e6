//! Stands between functions and the emulator and breaks one call, and every call after it: to the
//! function that is the end of the process.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// How a call breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// It is not applied.
    Before,
    /// It is applied, and its answer lost.
    After,
}

/// A proxy on loopback.
pub(crate) struct FaultProxy {
    pub(crate) endpoint: String,
    state: Arc<State>,
}

struct State {
    upstream: String,
    n_calls: AtomicUsize,
    plan: Mutex<Option<(usize, Break)>>,
}

const ANSWER_LOST: &[u8] = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

impl FaultProxy {
    /// A proxy before `upstream`, an address `http://host:port`. It lives as long as the runtime.
    pub(crate) async fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let state = Arc::new(State { upstream, n_calls: AtomicUsize::new(0), plan: Mutex::new(None) });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                // A client that goes away in the middle is no concern of the proxy.
                tokio::spawn(async move { drop(one_call(&state, client).await) });
            }
        });
        Self { endpoint, state }
    }

    /// Breaks the call number `at`, counted from 0 from now on, and all later ones.
    pub(crate) fn break_at(&self, at: usize, how: Break) {
        self.state.n_calls.store(0, Ordering::SeqCst);
        *self.state.plan.lock().unwrap() = Some((at, how));
    }

    /// Lets every call through, and counts from 0 again.
    pub(crate) fn mend(&self) {
        self.state.n_calls.store(0, Ordering::SeqCst);
        *self.state.plan.lock().unwrap() = None;
    }

    /// How many calls came since the last [`FaultProxy::mend`] or [`FaultProxy::break_at`].
    pub(crate) fn n_calls(&self) -> usize {
        self.state.n_calls.load(Ordering::SeqCst)
    }
}

async fn one_call(state: &State, mut client: TcpStream) -> std::io::Result<()> {
    let Some(request) = read_request(&mut client).await? else { return Ok(()) };
    let number = state.n_calls.fetch_add(1, Ordering::SeqCst);
    let plan = *state.plan.lock().unwrap();
    let answer = match plan {
        Some((at, how)) if number > at || (number == at && how == Break::Before) => ANSWER_LOST.to_vec(),
        Some((at, Break::After)) if number == at => {
            forward(&state.upstream, &request).await?;
            ANSWER_LOST.to_vec()
        }
        _ => forward(&state.upstream, &request).await?,
    };
    client.write_all(&answer).await?;
    client.shutdown().await
}

/// One request, with `Connection: close` in place of what it said.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at + 4;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let header = |name: &str| {
        head.lines()
            .find_map(|it| it.split_once(':').filter(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.trim()))
    };
    let length: Option<usize> = header("content-length").and_then(|it| it.parse().ok());
    let is_chunked = header("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked"));
    let is_whole = |bytes: &[u8]| match length {
        Some(length) => bytes.len() >= head_end + length,
        None => !is_chunked || bytes.ends_with(b"0\r\n\r\n"),
    };
    while !is_whole(&bytes) {
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let kept: Vec<&str> =
        head.trim_end().lines().filter(|it| !it.to_ascii_lowercase().starts_with("connection:")).collect();
    let mut request = kept.join("\r\n").into_bytes();
    request.extend_from_slice(b"\r\nconnection: close\r\n\r\n");
    request.extend_from_slice(&bytes[head_end..]);
    Ok(Some(request))
}

async fn forward(upstream: &str, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(request).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    Ok(answer)
}
