use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Builds the functions `names` of the workspace in `workspace_dir` by one run of Cargo, whose
/// messages go to standard error, and returns each one's binary by name.
///
/// The command line `kayoi` is always among the packages that are chosen: features are unified over
/// these, so what built `kayoi` before is not built a second time.
///
/// # Errors
///
/// When they do not build, or a package has no binary of its name.
pub fn build_functions(workspace_dir: &Path, release: bool, names: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--message-format=json-render-diagnostics"]).current_dir(workspace_dir);
    cargo.args(release.then_some("--release")).args(["--package", "kayoi"]);
    // What Cargo tells the program that it runs, a build script inside would take for a change:
    // `ring`, and everything above it, would be built again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"].iter().any(|it| text.starts_with(it)) {
            cargo.env_remove(&name);
        }
    }
    for name in names {
        cargo.args(["--package", name, "--bin", name]);
    }
    let built = cargo.stderr(Stdio::inherit()).output().context("starting cargo")?;
    ensure!(built.status.success(), "the functions do not build");

    let messages = String::from_utf8_lossy(&built.stdout);
    let binaries: BTreeMap<String, PathBuf> = messages.lines().filter_map(binary).collect();
    for name in names {
        ensure!(binaries.contains_key(*name), "the package {name} has no binary {name}");
    }
    Ok(binaries)
}

/// The name and path of the binary a message of Cargo announces.
fn binary(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message["executable"].as_str()?;
    Some((message["target"]["name"].as_str()?.to_owned(), path.into()))
}

/// The zip that Lambda's `provided.al2023` runs: the binary as `bootstrap`, executable, without
/// its symbols where there is a `strip`.
pub fn zip_bootstrap(binary: &Path) -> Result<Vec<u8>> {
    let bytes = stripped(binary)?;
    // Stored: it goes no farther than this machine, and compressing takes seconds in a dev build.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o755);
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 1024)));
    zip.start_file("bootstrap", options).context("starting a zip")?;
    zip.write_all(&bytes).context("writing a zip")?;
    Ok(zip.finish().context("ending a zip")?.into_inner())
}

/// A dev build is mostly symbols, and the emulator keeps every zip in memory.
fn stripped(binary: &Path) -> Result<Vec<u8>> {
    // A name of its own for each call: tests strip the same binary at once, and one would read what
    // another has just begun to write.
    static N_CALLS: AtomicU32 = AtomicU32::new(0);
    let call = N_CALLS.fetch_add(1, Ordering::Relaxed);
    let small = binary.with_extension(format!("stripped-{}-{call}", std::process::id()));
    let strip =
        Command::new("strip").arg("--strip-all").arg("-o").arg(&small).arg(binary).stderr(Stdio::null()).status();
    let from = if strip.is_ok_and(|it| it.success()) { &small } else { binary };
    let bytes = fs::read(from).with_context(|| format!("reading {}", from.display()));
    // Where there was no `strip`, there is nothing to remove.
    let _ = fs::remove_file(&small);
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_same_binary_is_zipped_by_many_at_once() {
        let dir = std::env::temp_dir().join(format!("kayoi-strip-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let binary = dir.join("program");
        fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        let zips: Vec<_> = (0..8)
            .map(|_| {
                let binary = binary.clone();
                std::thread::spawn(move || zip_bootstrap(&binary).unwrap())
            })
            .collect();
        let zips: Vec<Vec<u8>> = zips.into_iter().map(|it| it.join().unwrap()).collect();
        assert!(zips[0].len() > 100_000 && zips.iter().all(|it| it == &zips[0]));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1, "nothing but the binary is left");
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_binary_is_zipped_as_an_executable_bootstrap() {
        let dir = std::env::temp_dir().join(format!("local-build-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("program"), "#!/bin/sh\n").unwrap();
        let zip = zip_bootstrap(&dir.join("program")).unwrap();
        fs::remove_dir_all(&dir).unwrap();

        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut file = archive.by_name("bootstrap").unwrap();
        assert_eq!(file.unix_mode(), Some(0o100755));
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "#!/bin/sh\n");
    }

    #[test]
    fn the_binary_is_found_in_cargo_s_message() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"api","kind":["bin"]},"executable":"/t/api"}"#;
        assert_eq!(binary(message), Some(("api".into(), "/t/api".into())));
        assert_eq!(binary(r#"{"reason":"compiler-artifact","target":{"name":"a"},"executable":null}"#), None);
        assert_eq!(binary("not json"), None);
    }
}
