use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::stack::{self, Outputs};
use crate::{REGION, environment};

/// How long the emulator may take to answer.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How long it is given to end by itself.
const END_LIMIT: Duration = Duration::from_secs(3);

/// Runs the program and ends it, with every function it started, when standard input closes: on
/// purpose, or because whoever holds the other end died, however that was.
const RUN_WHILE_HELD: &str = r#"
exec 3<&0 </dev/null
"$0" 3<&- &
emulator=$!
(while read -r _; do :; done; kill -TERM "$emulator"; sleep 1; kill -KILL 0) <&3 &
exec 3<&-
wait "$emulator"
kill -KILL 0
"#;

/// What an emulator is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the emulator keeps its files and its log `emulator.log`. Each emulator needs its own.
    pub state_dir: PathBuf,
    /// Where the Python environment is or will be; emulators can share it.
    pub venv_dir: PathBuf,
    /// The port on loopback; without one, any free port.
    pub port: Option<u16>,
}

/// A running emulator with nothing in it at first. Dropping it ends it and its functions.
pub struct Emulator {
    guard: Child,
    endpoint: String,
    log: PathBuf,
}

impl Emulator {
    /// Starts an emulator on loopback and waits until it answers. The first start on a machine
    /// makes the Python environment, which takes about a minute and the network.
    ///
    /// # Errors
    ///
    /// When Python is missing, the pins cannot be installed, the port is taken, or the emulator
    /// does not answer; the end of its log is then told.
    pub fn start(options: &Options) -> Result<Self> {
        let programs = environment::programs(&options.venv_dir)?;
        // Absolute, as the functions run elsewhere.
        fs::create_dir_all(&options.state_dir).context("making the emulator's directory")?;
        let state_dir = options.state_dir.canonicalize().context("finding the emulator's directory")?;
        let program = std::path::absolute(programs.join("ministack")).context("finding the emulator")?;

        let port = match options.port {
            Some(port) => port,
            None => free_port()?,
        };
        let endpoint = format!("http://127.0.0.1:{port}");
        let log = state_dir.join("emulator.log");
        let guard = spawn(&program, &state_dir, &log, &endpoint, port)?;
        let mut emulator = Self { guard, endpoint, log };
        emulator.wait_until_healthy()?;
        Ok(emulator)
    }

    /// Where it answers, as `http://127.0.0.1:<port>`: the value of `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its log, which holds the log lines of the functions too.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Deploys a SAM template as a new stack and returns its outputs.
    ///
    /// `code` holds the zip of each function by the last part of its `CodeUri`
    /// (`../functions/import-receipts` → `import-receipts`).
    ///
    /// # Errors
    ///
    /// When a `CodeUri` has no zip, the template is refused, or a resource fails; its reason is
    /// then told. What was made of the stack stays, for a look; it goes with the emulator.
    pub fn deploy(
        &self,
        template_text: &str,
        stack_name: &str,
        parameters: &[(&str, &str)],
        code: &[(String, Vec<u8>)],
    ) -> Result<Outputs> {
        stack::deploy(&self.endpoint, template_text, stack_name, parameters, code)
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let address = format!("{}/_ministack/health", self.endpoint);
        let since = Instant::now();
        while since.elapsed() < START_LIMIT {
            if ureq::get(&address).call().is_ok() {
                return Ok(());
            }
            if self.guard.try_wait().context("asking after the emulator")?.is_some() {
                bail!("the emulator ended as it started:\n{}", self.end_of_log());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the emulator does not answer:\n{}", self.end_of_log())
    }

    fn end_of_log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let since = Instant::now();
        while since.elapsed() < END_LIMIT {
            if !matches!(self.guard.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.guard.kill();
        let _ = self.guard.wait();
    }
}

fn spawn(program: &Path, state_dir: &Path, log: &Path, endpoint: &str, port: u16) -> Result<Child> {
    // Its own, as it keeps the functions' code there.
    let scratch = state_dir.join("tmp");
    fs::create_dir_all(&scratch).context("making the emulator's directory")?;
    let mut log = File::create(log).context("making the emulator's log")?;
    writeln!(log, "{endpoint}").context("writing the emulator's log")?;

    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(RUN_WHILE_HELD).arg(program);
    // Nothing of the caller's environment: a profile or key of the real AWS must not get in.
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", state_dir).env("TMPDIR", &scratch);
    command.env("AWS_ENDPOINT_URL", endpoint).env("GATEWAY_PORT", port.to_string()).env("BIND_HOST", "127.0.0.1");
    command.env("MINISTACK_REGION", REGION).env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
    command.env("STATE_DIR", state_dir.join("state")).env("S3_DATA_DIR", state_dir.join("s3"));
    // Without Docker, which some services would look for.
    command.env("DOCKER_HOST", "unix:///nonexistent");
    command.current_dir(state_dir).process_group(0).stdin(Stdio::piped());
    command.stdout(log.try_clone().context("sharing the emulator's log")?).stderr(log);
    command.spawn().context("starting the emulator")
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}
