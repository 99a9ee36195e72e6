//! `kayoi upload`: sends files through the API and waits until the lists follow.

mod api;
mod form;
mod send;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;

use self::send::Sent;
use crate::{Exit, Output};

pub(crate) use api::Api;
pub(crate) use send::{Settled, Uploads, Wanted};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct UploadArgs {
    /// 送るファイル（UKE、またはUKEを入れたZIP）
    #[arg(required = true, value_name = "ファイル", help_heading = "引数")]
    files: Vec<PathBuf>,
    /// APIのアドレス（指定がなければ環境変数 KAYOI_API）
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// APIのトークン（指定がなければ環境変数 KAYOI_TOKEN。ほかの人に見えないので、こちらを勧めます）
    #[arg(long, value_name = "トークン")]
    token: Option<String>,
    /// 点検用（inspection）か提出用（submission）か。指定がなければ内容から決まります
    #[arg(long, value_enum, value_name = "種類", hide_possible_values = true)]
    kind: Option<Kind>,
    /// 出力の形式: text（表）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Inspection,
    Submission,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::Submission => "submission",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

impl UploadArgs {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let api = setting(self.api.as_ref(), "KAYOI_API")?;
        let token = setting(self.token.as_ref(), "KAYOI_TOKEN")?;
        let (Some(api), Some(token)) = (api, token) else {
            writeln!(
                output.messages,
                "エラー: APIのアドレスとトークンを、環境変数 KAYOI_API と KAYOI_TOKEN（または --api と --token）で指定してください。"
            )?;
            return Ok(Exit::Usage);
        };
        let wanted = self.files.iter().map(|path| Wanted::read(path)).collect::<anyhow::Result<Vec<_>>>()?;

        let mut uploads = Uploads::new(Api::new(&api, &token), wanted.len(), output.shows_progress);
        let kind = self.kind.map(Kind::as_str);
        let sent: Vec<Sent> = wanted.into_iter().map(|it| uploads.send(it, kind)).collect();
        let settled = uploads.wait(sent);

        let all_done = settled.iter().all(Settled::is_done);
        match self.format {
            Format::Json => {
                let shown: Vec<_> = settled
                    .iter()
                    .map(|it| match &it.outcome {
                        Ok(upload) => json!({"file": it.file, "upload": upload}),
                        Err(err) => json!({"file": it.file, "error": format!("{err:#}")}),
                    })
                    .collect();
                serde_json::to_writer_pretty(&mut *output.data, &shown)?;
                writeln!(output.data)?;
            }
            Format::Text => settled.iter().try_for_each(|it| writeln!(output.data, "{it}"))?,
        }
        Ok(if all_done { Exit::Success } else { Exit::Errors })
    }
}

/// What was given on the command line, or else the setting `name`.
fn setting(given: Option<&String>, name: &str) -> anyhow::Result<Option<String>> {
    match given {
        Some(given) => Ok(Some(given.clone())),
        None => host::optional_setting(name).context("環境変数を読めません"),
    }
}
