use delivery::TemplateText;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{error::ApiError, fields::Fields};

/// A message to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateRequest {
    /// What staff call it; patients never see it.
    #[schema(required, min_length = 1, max_length = 100)]
    name: Option<String>,
    /// 件名, one line; tags as `{患者氏名}` or, with what stands in for a value that is missing,
    /// `{患者氏名|お客様}`.
    #[schema(required, max_length = 200)]
    subject: Option<String>,
    /// 本文.
    #[schema(required, max_length = 4500)]
    body: Option<String>,
    /// 返信あり: whether the patient may answer on the page.
    #[schema(required)]
    takes_reply: Option<bool>,
}

/// The fields of a template as they were asked for; the text is not read yet.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) text: TemplateText,
    pub(super) takes_reply: bool,
}

const NAME_MAX_CHARS: usize = 100;

impl TemplateRequest {
    pub(super) fn check(self) -> Result<Wanted, ApiError> {
        let mut fields = Fields::default();
        let name = fields.required("name", self.name).map(|it| it.trim().to_owned());
        let is_name =
            |it: &str| (1..=NAME_MAX_CHARS).contains(&it.chars().count()) && !it.chars().any(char::is_control);
        if name.as_deref().is_some_and(|it| !is_name(it)) {
            fields.refuse("name", "改行などを含まない、1文字から100文字の名前にしてください。");
        }
        let subject = fields.required("subject", self.subject);
        let body = fields.required("body", self.body);
        let takes_reply = fields.required("takes_reply", self.takes_reply);
        let text = subject.zip(body).map(|(subject, body)| TemplateText { subject, body });
        let wanted = name.zip(text).zip(takes_reply);
        fields.accept(wanted.map(|((name, text), takes_reply)| Wanted { name, text, takes_reply }))
    }
}
