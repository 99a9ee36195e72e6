use std::{fs, time::Instant};

use anyhow::Context as _;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use local::{Emulator, Options, Outputs};
use tokio::runtime::{Builder, Runtime};

use super::{UpArgs, workspace::Workspace};
use crate::Output;

/// The template, as seen from the workspace.
pub(super) const TEMPLATE: &str = "infra/template.yaml";

const NAME: &str = "kayoi";

/// The emulator with our template on it.
pub(super) struct Stack {
    pub(super) emulator: Emulator,
    outputs: Outputs,
    runtime: Runtime,
}

impl Stack {
    /// Builds the functions, starts the emulator, and deploys.
    pub(super) fn start(workspace: &Workspace, args: &UpArgs, output: &mut Output<'_>) -> anyhow::Result<Self> {
        writeln!(output.messages, "関数を作ります（初めてのときは数分かかります）。")?;
        let names = workspace.functions()?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let binaries = local::build_functions(&workspace.dir, args.release, &names).context("関数を作れません")?;
        let mut code = Vec::new();
        for (name, binary) in binaries {
            code.push((name, local::zip_bootstrap(&binary).context("関数をまとめられません")?));
        }

        writeln!(
            output.messages,
            "エミュレーターを起動します（初めてのときは、Pythonの部品を取り寄せるのに1分ほどかかります）。"
        )?;
        let since = Instant::now();
        let options =
            Options { state_dir: workspace.state_dir.clone(), venv_dir: workspace.venv_dir(), port: args.port };
        let emulator = Emulator::start(&options)
            .context("エミュレーターを起動できません。python3 と venv、空いているポートを確かめてください")?;
        let template = fs::read_to_string(workspace.dir.join(TEMPLATE)).context("テンプレートを読めません")?;
        let clock = if args.as_of.is_some() { "fixed" } else { "system" };
        let parameters = [("Stage", "local"), ("Clock", clock)];
        let outputs = emulator.deploy(&template, NAME, &parameters, &code);
        let outputs = outputs.with_context(|| format!("配備できません（記録: {}）", emulator.log().display()))?;
        writeln!(output.messages, "{:.1}秒で起動しました。", since.elapsed().as_secs_f64())?;

        let runtime = Builder::new_current_thread().enable_all().build().context("実行の準備ができません")?;
        Ok(Self { emulator, outputs, runtime })
    }

    /// Where the emulator answers.
    pub(super) fn endpoint(&self) -> &str {
        self.emulator.endpoint()
    }

    /// What the template tells under `name`.
    pub(super) fn output(&self, name: &str) -> anyhow::Result<&str> {
        let found = self.outputs.get(name);
        Ok(found.with_context(|| format!("テンプレートの Outputs に {name} がありません"))?)
    }

    /// Where the API is reached without a host name of its own.
    pub(super) fn api_address(&self) -> anyhow::Result<String> {
        Ok(format!("{}/_aws/execute-api/{}", self.endpoint(), self.output("ApiId")?))
    }

    /// Waits for `work`.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// How to reach the emulator; nothing of the environment takes part.
    pub(super) fn aws(&self) -> SdkConfig {
        let credentials = Credentials::from_keys(local::ACCESS_KEY, local::ACCESS_KEY, None);
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::from_static(local::REGION))
            .credentials_provider(credentials)
            .endpoint_url(self.endpoint());
        self.wait(config.load())
    }
}
