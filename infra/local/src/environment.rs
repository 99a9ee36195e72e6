use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The programs of a Python environment in `venv_dir` that holds what `requirements.txt` pins.
///
/// It is made at the first call and again when the pins have changed; callers that come at the
/// same time wait. It needs `python3` with `venv`, and then the network.
pub(crate) fn programs(venv_dir: &Path) -> Result<PathBuf> {
    fs::create_dir_all(venv_dir).context("making the directory of the Python environment")?;
    let lock = File::create(venv_dir.join("kayoi.lock")).context("making a lock")?;
    lock.lock().context("waiting for the Python environment")?;

    let programs = venv_dir.join("bin");
    let installed = venv_dir.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|it| it == REQUIREMENTS) {
        return Ok(programs);
    }
    let wanted = venv_dir.join("wanted.txt");
    fs::write(&wanted, REQUIREMENTS).context("writing the requirements")?;
    succeed(Command::new("python3").args(["-m", "venv"]).arg(venv_dir))?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted);
    succeed(&mut pip)?;
    // Last, so that an installation broken off is begun again.
    fs::rename(&wanted, &installed).context("noting what is installed")?;
    Ok(programs)
}

/// Runs `command` to its end.
pub(crate) fn succeed(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program} failed ({}): {}", output.status, said.trim());
    Ok(output.stdout)
}
