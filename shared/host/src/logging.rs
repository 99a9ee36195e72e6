use sha2::{Digest, Sha256};
use tracing_subscriber::EnvFilter;

use crate::settings::optional_setting;

/// Crates that would write requests, events or bodies at the lower levels, and what they may say.
///
/// They stay this quiet whatever `RUST_LOG` says: the content of records is in no log.
const QUIET: [&str; 5] = ["aws_=warn", "h2=warn", "hyper=warn", "lambda_=info", "rustls=warn"];

/// Starts writing log lines as JSON to standard output, at the level of the setting `RUST_LOG`
/// (without it: `info`).
///
/// A call after the first changes nothing.
pub fn start_logging() {
    let level = optional_setting("RUST_LOG").ok().flatten();
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_env_filter(filter(level.as_deref().unwrap_or("info")));
    // It fails only where logging has started before.
    let _ = lines.try_init();
}

fn filter(level: &str) -> EnvFilter {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    QUIET.iter().fold(filter, |filter, quiet| match quiet.parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    })
}

/// What a log says instead of an object's key: the first 64 bits of its SHA-256 as hex.
///
/// Keys are typed by people and hold names of patients.
pub fn key_hash(key: &str) -> String {
    Sha256::digest(key)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hashed() {
        assert_eq!(key_hash("abc"), "ba7816bf8f01cfea");
    }

    #[test]
    fn libraries_stay_quiet_at_any_level() {
        let shown = filter("trace,aws_=trace,aws_smithy_runtime=trace").to_string();
        for quiet in QUIET {
            assert!(shown.contains(quiet), "{quiet} not in {shown}");
        }
        assert!(!shown.contains("aws_=trace"), "{shown}");
    }
}
