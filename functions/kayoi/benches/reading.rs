//! How fast `kayoi receipts check` reads, against the usual way to read CSV that is not UTF-8, and how
//! much memory it takes. Whole processes, alternating, with the files in the page cache.
//!
//! ```text
//! cargo bench -p kayoi --bench reading
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::{
    collections::BTreeMap,
    env, fs,
    fs::File,
    io::{self, BufWriter, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use encoding_rs_io::DecodeReaderBytesBuilder;
use japan::Month;
use kayoi::demo::{Demo, DemoSize, demo};

/// The argument that makes this program the baseline.
const BASELINE: &str = "--count-record-types";
const MEGABYTE: u64 = 1_000_000;
const N_RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().collect();
    if let [_, mode, file] = &arguments[..]
        && mode == BASELINE
    {
        return count_record_types(Path::new(file));
    }
    // `cargo test --benches` only wants to see it built.
    if arguments.iter().all(|it| it != "--bench") {
        return Ok(());
    }

    let dir = tempfile::tempdir()?;
    let until = Month::new(2026, 10).ok_or("a month")?;
    let clinic = demo(1, until, DemoSize::default());
    let path = dir.path().join("200MB.UKE");
    let size_bytes = write_repeated(&clinic, &path, 200 * MEGABYTE)?;
    let (mut ours, mut baseline) = (Vec::new(), Vec::new());
    for _ in 0..N_RUNS {
        ours.push(timed(kayoi_check(&path))?);
        let mut counting = Command::new(env::current_exe()?);
        counting.arg(BASELINE).arg(&path);
        baseline.push(timed(counting)?);
    }
    let (ours, baseline) = (median(ours), median(baseline));
    let speed = |time: Duration| size_bytes as f64 / 1e6 / time.as_secs_f64();
    println!("file                        {} MB", size_bytes / MEGABYTE);
    println!("kayoi receipts check        {:7.0} MB/s", speed(ours));
    println!("encoding_rs_io + csv        {:7.0} MB/s", speed(baseline));
    println!("ratio                       {:7.1}", baseline.as_secs_f64() / ours.as_secs_f64());

    let path = dir.path().join("400MB.UKE");
    write_repeated(&clinic, &path, 400 * MEGABYTE)?;
    print_peak("peak, 400 MB, 2,000 patients", &path)?;
    let path = dir.path().join("400MB-many.UKE");
    let town = demo(1, until, DemoSize { n_patients: 400_000, n_months: 1 });
    write_one_part(&town, &path, 400 * MEGABYTE)?;
    print_peak("peak, 400 MB in one IR, every receipt another patient", &path)?;
    Ok(())
}

fn kayoi_check(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kayoi"));
    command.args(["receipts", "check"]).arg(path);
    command
}

/// Writes the claim files of `clinic` one behind the other, again and again.
fn write_repeated(clinic: &Demo, path: &Path, size_bytes: u64) -> io::Result<u64> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    for part in clinic.receipts.iter().cycle() {
        // The end-of-file mark is for the end alone.
        let records = part.bytes.strip_suffix(&[0x1A]).unwrap_or(&part.bytes);
        file.write_all(records)?;
        written += records.len() as u64;
        if written >= size_bytes {
            break;
        }
    }
    file.write_all(&[0x1A])?;
    file.flush()?;
    Ok(written + 1)
}

/// Writes the receipts of one claim file again and again under one IR, each time for other patients:
/// the chart number and the name change. GO does not fit, which is reported and costs nothing.
fn write_one_part(clinic: &Demo, path: &Path, size_bytes: u64) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut written = 0;
    let Some(records) = clinic.receipts.first().map(|it| it.bytes.split_inclusive(|it| *it == b'\n')) else {
        return Ok(());
    };
    let mut lines = records.clone();
    if let Some(header) = lines.next() {
        file.write_all(header)?;
    }
    for round in 0_u8.. {
        for line in lines.clone().filter(|it| !it.starts_with(b"GO") && !it.starts_with(&[0x1A])) {
            written += line.len() as u64;
            if line.starts_with(b"RE,") {
                let mut columns: Vec<Vec<u8>> = line.split(|it| *it == b',').map(<[u8]>::to_vec).collect();
                columns[4].push(b'A' + round);
                columns[13].push(b'A' + round);
                file.write_all(&columns.join(&b','))?;
            } else {
                file.write_all(line)?;
            }
        }
        if written >= size_bytes || written == 0 {
            break;
        }
    }
    file.write_all(b"GO,1,1,99\r\n\x1A")?;
    file.flush()
}

fn print_peak(what: &str, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    match peak_kib(kayoi_check(path))? {
        Some(kib) => println!("{what}: {:.0} MiB", kib as f64 / 1024.0),
        None => println!("{what}: not measured on this system"),
    }
    Ok(())
}

/// Runs a process to its end. Returns how long it took.
fn timed(mut command: Command) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(started.elapsed())
}

/// Runs a process to its end. Returns the most memory it held (VmHWM) in KiB, asked for again and again
/// until it is gone, where the system tells it.
fn peak_kib(mut command: Command) -> Result<Option<u64>, Box<dyn std::error::Error>> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
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

/// The baseline: decodes, splits, and only counts record types.
fn count_record_types(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let decoded = DecodeReaderBytesBuilder::new().encoding(Some(encoding_rs::SHIFT_JIS)).build(File::open(path)?);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(decoded);
    let mut record = csv::ByteRecord::new();
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    while reader.read_byte_record(&mut record)? {
        let id = record.get(0).unwrap_or_default();
        match counts.get_mut(id) {
            Some(count) => *count += 1,
            None => {
                counts.insert(id.to_vec(), 1);
            }
        }
    }
    for (id, count) in counts {
        println!("{} {count}", String::from_utf8_lossy(&id));
    }
    Ok(())
}
