use std::{
    env,
    fs::{self, File, TryLockError},
    path::PathBuf,
};

use anyhow::{Context as _, bail};

/// Where the functions are built from, and where what runs keeps its files.
pub(super) struct Workspace {
    pub(super) dir: PathBuf,
    pub(super) state_dir: PathBuf,
    /// Held as long as this runs: two stacks cannot share a folder.
    _lock: File,
}

impl Workspace {
    /// The workspace around the current folder.
    pub(super) fn find(state_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let here = env::current_dir().context("今いるフォルダーが分かりません")?;
        let dir = here.ancestors().find(|it| it.join(super::stack::TEMPLATE).is_file());
        let dir = dir.context("Kayoiのリポジトリのフォルダーの中で実行してください")?.to_owned();
        let state_dir = state_dir.unwrap_or_else(|| dir.join("target/kayoi-up"));
        let context = || format!("フォルダー {} を使えません", state_dir.display());
        fs::create_dir_all(&state_dir).with_context(context)?;
        let lock = File::create(state_dir.join("up.lock")).with_context(context)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir, state_dir, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "{} ではもう動いています。終わらせるか、--state で別のフォルダーを指定してください",
                    state_dir.display()
                )
            }
            Err(TryLockError::Error(err)) => Err(err).with_context(context),
        }
    }

    /// The Python environment, which `--state` does not move: it takes a minute to make.
    pub(super) fn venv_dir(&self) -> PathBuf {
        self.dir.join("target/kayoi-venv")
    }

    /// The functions that Lambda runs, which is all but this program.
    pub(super) fn functions(&self) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.dir.join("functions")).context("functions フォルダーを読めません")? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().join("Cargo.toml").is_file() && name != "kayoi" {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}
