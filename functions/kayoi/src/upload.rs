//! `kayoi upload`: sends files through the API and waits until the lists follow.

mod api;
mod api_args;
mod form;
mod send;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use self::send::Sent;
use crate::{Exit, Output};

pub(crate) use api::{Api, Refused};
pub(crate) use api_args::ApiArgs;
pub(crate) use form::form;
pub(crate) use send::{Settled, Uploads, Wanted};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct UploadArgs {
    /// 送るファイル（UKE、またはUKEを入れたZIP）
    #[arg(required = true, value_name = "ファイル", help_heading = "引数")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    api: ApiArgs,
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
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let wanted = self.files.iter().map(|path| Wanted::read(path)).collect::<anyhow::Result<Vec<_>>>()?;

        let mut uploads = Uploads::new(api, wanted.len(), output.shows_progress);
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
