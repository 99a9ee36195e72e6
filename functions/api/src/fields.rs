use careplan::OfficeNumber;

use crate::{
    error::ApiError,
    problem::{FieldError, Problem},
};

/// Collects what is wrong with the fields of a request, so that all is told at once.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    pub(crate) fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// The value of a field that must be there.
    pub(crate) fn required<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.refuse(field, "必ず指定してください。");
        }
        value
    }

    /// The one of `choices` that `text` names.
    pub(crate) fn choice<T: Copy>(&mut self, field: &str, text: &str, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|it| it.0 == text).map(|it| it.1);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|it| it.0).collect();
            self.refuse(field, format!("{} のどれかにしてください。", names.join("、")));
        }
        found
    }

    /// The office that `text` names.
    pub(crate) fn office(&mut self, field: &str, text: &str) -> Option<OfficeNumber> {
        let office = OfficeNumber::new(text);
        if office.is_none() {
            self.refuse(field, "10桁の事業所番号にしてください。");
        }
        office
    }

    /// `value`, unless something was refused.
    pub(crate) fn accept<T>(self, value: Option<T>) -> Result<T, ApiError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::of_fields(self.0).into()),
        }
    }

    /// A request refused for one field.
    pub(crate) fn refused(field: &str, message: impl Into<String>) -> ApiError {
        let mut fields = Self::default();
        fields.refuse(field, message);
        Problem::of_fields(fields.0).into()
    }
}
