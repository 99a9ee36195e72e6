use std::{
    collections::BTreeMap,
    io::{self, BufReader, Read as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context as _, Result};
use socket2::SockRef;

use crate::stand_in::http::{Reply, Request};

/// An HTTP server on loopback, a thread for each connection. Dropping it ends them all.
pub(crate) struct Server {
    address: SocketAddr,
    open: Arc<Open>,
    accepting: Option<JoinHandle<()>>,
}

/// The connections there are.
#[derive(Default)]
struct Open {
    is_ending: AtomicBool,
    streams: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Server {
    pub(crate) fn start(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("opening a stand-in")?;
        let address = listener.local_addr().context("opening a stand-in")?;
        let (open, reply) = (Arc::new(Open::default()), Arc::new(reply));
        let of_thread = Arc::clone(&open);
        let accepting = std::thread::spawn(move || {
            for (number, stream) in (0..).zip(listener.incoming()) {
                if of_thread.is_ending.load(Ordering::SeqCst) {
                    return;
                }
                // A caller that is gone before it is served is no concern of the stand-in.
                let Ok(stream) = stream else { continue };
                let (open, reply) = (Arc::clone(&of_thread), Arc::clone(&reply));
                std::thread::spawn(move || {
                    open.hold(number, &stream);
                    let _ = serve(&stream, &*reply);
                    open.let_go(number);
                });
            }
        });
        Ok(Self { address, open, accepting: Some(accepting) })
    }

    /// `http://127.0.0.1:<port>`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.open.is_ending.store(true, Ordering::SeqCst);
        for stream in self.open.streams().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // One more connection wakes the thread that waits for connections.
        if TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ = accepting.join();
        }
    }
}

impl Open {
    fn hold(&self, number: u64, stream: &TcpStream) {
        if let Ok(stream) = stream.try_clone() {
            // Looked at under the lock: `drop` shuts those down that are there before it.
            let mut streams = self.streams();
            if self.is_ending.load(Ordering::SeqCst) {
                let _ = stream.shutdown(Shutdown::Both);
            }
            streams.insert(number, stream);
        }
    }

    fn let_go(&self, number: u64) {
        self.streams().remove(&number);
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(mut stream: &TcpStream, reply: &impl Fn(&Request) -> Reply) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        match reply(&request) {
            Reply::Answer(answer) => answer.write(&mut stream)?,
            Reply::Hang => {
                io::copy(&mut reader.by_ref().take(u64::MAX), &mut io::sink())?;
                return Ok(());
            }
            Reply::Reset => {
                // A socket that may not linger is reset when it is closed.
                SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
                return Ok(());
            }
        }
    }
    Ok(())
}
