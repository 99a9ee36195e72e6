use anyhow::{Context, Result};

/// The setting `name` from the environment.
///
/// Call it from `main`, so that a function with a missing setting fails as it starts and not at
/// its first event.
///
/// # Errors
///
/// When it is unset, empty or not Unicode.
pub fn setting(name: &str) -> Result<String> {
    optional_setting(name)?.with_context(|| format!("the setting {name} is missing"))
}

/// The setting `name` from the environment, or `None` when it is unset or empty.
///
/// A template cannot leave a variable out by a condition, so an empty one counts as unset.
///
/// # Errors
///
/// When it is not Unicode.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn optional_setting(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|it| !it.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        // Without its source, whose text holds the value.
        Err(std::env::VarError::NotUnicode(_)) => anyhow::bail!("the setting {name} is not Unicode"),
    }
}

/// Whether "today" stands still, by the setting `CLOCK`: `fixed` for demos and tests, else `system`.
///
/// # Errors
///
/// When it is something else, or `fixed` where the setting `STAGE` is not `local`.
pub fn is_clock_fixed() -> Result<bool> {
    match optional_setting("CLOCK")?.as_deref() {
        None | Some("system") => Ok(false),
        Some("fixed") if optional_setting("STAGE")?.as_deref() == Some("local") => Ok(true),
        Some("fixed") => anyhow::bail!("the setting CLOCK is fixed, which only the stage local may have"),
        Some(_) => anyhow::bail!("the setting CLOCK is neither system nor fixed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_named() {
        assert_eq!(setting("KAYOI_NOT_SET").unwrap_err().to_string(), "the setting KAYOI_NOT_SET is missing");
        assert_eq!(optional_setting("KAYOI_NOT_SET").unwrap(), None);
    }

    #[test]
    fn a_set_one_is_read() {
        assert_eq!(setting("CARGO_PKG_NAME").unwrap(), "host");
    }
}
