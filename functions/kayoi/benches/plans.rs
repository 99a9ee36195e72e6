//! How long `kayoi plans check` takes over a month of one large care office, and how much memory: 2,000
//! users with 50 partners, all kinds of files, both versions of the standard. Whole processes, with the
//! files in the page cache.
//!
//! ```text
//! cargo bench -p kayoi --bench plans
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use careplan::Standard;
use japan::Month;
use kayoi::demo::{PlansSize, plans};

const N_RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo test --benches` only wants to see it built.
    if env::args().all(|it| it != "--bench") {
        return Ok(());
    }
    let dir = tempfile::tempdir()?;
    let month = Month::new(2026, 10).ok_or("a month")?;
    let size = PlansSize { n_users: 2_000, n_partners: 50 };
    let mut paths = Vec::new();
    let (mut n_bytes, mut n_rows) = (0, 0);
    for standard in [Standard::V3, Standard::V4] {
        for file in plans(1, month, standard, size) {
            let path = dir.path().join(&file.name);
            fs::write(&path, &file.bytes)?;
            n_bytes += file.bytes.len();
            n_rows += careplan::check_file(&file.name, &file.bytes).rows.unwrap_or_default();
            paths.push(path);
        }
    }
    println!("files                       {:7}", paths.len());
    println!("records                     {n_rows:7}");
    println!("bytes                       {:7.1} MB", n_bytes as f64 / 1e6);
    let mut times = Vec::new();
    for _ in 0..N_RUNS {
        let started = Instant::now();
        if !check(&paths).status()?.success() {
            return Err("the files of the demo office do not pass".into());
        }
        times.push(started.elapsed());
    }
    println!("kayoi plans check           {:7.3} s", median(times).as_secs_f64());
    match peak_kib(check(&paths))? {
        Some(kib) => println!("peak                        {:7.0} MiB", kib as f64 / 1024.0),
        None => println!("peak: not measured on this system"),
    }
    Ok(())
}

fn check(paths: &[PathBuf]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kayoi"));
    command.args(["plans", "check"]).args(paths).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs a process to its end. Returns the most memory it held (VmHWM) in KiB, asked for again and again
/// until it is gone, where the system tells it.
fn peak_kib(mut command: Command) -> Result<Option<u64>, Box<dyn std::error::Error>> {
    let mut child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = None;
    while child.try_wait()?.is_none() {
        peak_kib = peak_of(&status).max(peak_kib);
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(peak_kib)
}

fn peak_of(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
