//! The release binaries of the functions: size, size as a zip, and from the start of the process to
//! its first call for work (median of 20, after one that warms the file cache).
//!
//! `cargo bench --package local --bench functions`

#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const STARTS: usize = 20;

fn main() -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut names: Vec<String> = fs::read_dir(workspace.join("functions"))?
        .map(|it| Ok(it?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.retain(|it| it != "kayoi");
    names.sort();
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let binaries = local::build_functions(&workspace, true, &wanted)?;
    println!("{:<18} {:>9} {:>9} {:>22}", "function", "MB", "zip MB", "ms to first poll");
    for (name, path) in binaries.iter().filter(|it| names.contains(it.0)) {
        let bytes = fs::read(path)?;
        start(path)?;
        let mut starts: Vec<Duration> = (0..STARTS).map(|_| start(path)).collect::<Result<_>>()?;
        starts.sort_unstable();
        let (median, slowest) = (starts[STARTS / 2], starts[STARTS - 1]);
        println!(
            "{name:<18} {:>9.1} {:>9.1} {:>10.1} (slowest {:.1})",
            megabytes(bytes.len()),
            megabytes(zipped(&bytes)?),
            median.as_secs_f64() * 1e3,
            slowest.as_secs_f64() * 1e3,
        );
    }
    Ok(())
}

fn megabytes(n_bytes: usize) -> f64 {
    n_bytes as f64 / 1e6
}

fn zipped(bytes: &[u8]) -> Result<usize> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", options)?;
    zip.write_all(bytes)?;
    Ok(zip.finish()?.into_inner().len())
}

/// From the start of the process to its first request to the runtime's address.
fn start(program: &Path) -> Result<Duration> {
    let runtime = TcpListener::bind("127.0.0.1:0")?;
    let since = Instant::now();
    let mut process = spawn(program, &runtime.local_addr()?.to_string())?;
    let (mut call, _) = runtime.accept()?;
    let mut start = [0; 16];
    call.read_exact(&mut start).context("reading the first call")?;
    let took = since.elapsed();
    end(&mut process, call)?;
    Ok(took)
}

fn spawn(program: &Path, runtime: &str) -> Result<Child> {
    let mut command = Command::new(program);
    command.env_clear().env("AWS_LAMBDA_RUNTIME_API", runtime).env("STAGE", "local").env("AWS_REGION", local::REGION);
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("RUST_LOG", "error");
    command.env("AWS_ACCESS_KEY_ID", local::ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", local::ACCESS_KEY);
    command.env("AWS_LAMBDA_FUNCTION_NAME", "bench").env("AWS_LAMBDA_FUNCTION_VERSION", "1");
    command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512").env("AWS_LAMBDA_LOG_GROUP_NAME", "bench");
    command.env("AWS_LAMBDA_LOG_STREAM_NAME", "bench").env("CLOCK", "system");
    for setting in ["BUCKET", "CORE_TABLE", "AUTH_TABLE", "IDENTITY_SECRET", "SEAL_SECRET", "STORAGE_ROLE"] {
        command.env(setting, "bench");
    }
    command.env("LIMITS", "10485760 50 900 csv,pdf");
    for setting in ["REFRESH_QUEUE_URL", "IMPORT_RECEIPTS_QUEUE_URL", "IMPORT_ROSTERS_QUEUE_URL", "EXCHANGE_QUEUE_URL"]
    {
        command.env(setting, "http://127.0.0.1:9/000000000000/bench");
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("starting a function")
}

fn end(process: &mut Child, call: TcpStream) -> Result<()> {
    process.kill().context("ending a function")?;
    process.wait().context("ending a function")?;
    drop(call);
    Ok(())
}
