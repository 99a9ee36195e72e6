use anyhow::Context as _;
use clap::Args;

use super::Api;
use crate::Output;

/// Where the API is and what opens it.
#[derive(Debug, Args)]
pub(crate) struct ApiArgs {
    /// APIのアドレス（指定がなければ環境変数 KAYOI_API）
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// APIのトークン（指定がなければ環境変数 KAYOI_TOKEN。ほかの人に見えないので、こちらを勧めます）
    #[arg(long, value_name = "トークン")]
    token: Option<String>,
}

impl ApiArgs {
    /// The API, or `None` where its address or token was not given, which is told.
    ///
    /// # Errors
    ///
    /// When a setting cannot be read, or nobody can be told.
    pub(crate) fn connect(&self, output: &mut Output<'_>) -> anyhow::Result<Option<Api>> {
        let api = setting(self.api.as_ref(), "KAYOI_API")?;
        let token = setting(self.token.as_ref(), "KAYOI_TOKEN")?;
        let (Some(api), Some(token)) = (api, token) else {
            writeln!(
                output.messages,
                "エラー: APIのアドレスとトークンを、環境変数 KAYOI_API と KAYOI_TOKEN（または --api と --token）で指定してください。"
            )?;
            return Ok(None);
        };
        Ok(Some(Api::new(&api, &token)))
    }
}

/// What was given on the command line, or else the setting `name`.
fn setting(given: Option<&String>, name: &str) -> anyhow::Result<Option<String>> {
    match given {
        Some(given) => Ok(Some(given.clone())),
        None => host::optional_setting(name).context("環境変数を読めません"),
    }
}
