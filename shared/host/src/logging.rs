use sha2::{Digest, Sha256};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::settings::optional_setting;

/// Crates that would write requests, events or bodies at the lower levels, by how their names begin,
/// and what they may say.
///
/// They stay this quiet whatever `RUST_LOG` says: the content of records is in no log.
const QUIET: [(&str, LevelFilter); 5] = [
    ("aws_", LevelFilter::WARN),
    ("h2", LevelFilter::WARN),
    ("hyper", LevelFilter::WARN),
    ("lambda_", LevelFilter::INFO),
    ("rustls", LevelFilter::WARN),
];

/// Starts writing log lines as JSON to standard output, at the level of the setting `RUST_LOG`
/// (without it: `info`).
///
/// A call after the first changes nothing.
pub fn start_logging() {
    let level = optional_setting("RUST_LOG").ok().flatten();
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false);
    let filter = filter(level.as_deref().unwrap_or("info"));
    // It fails only where logging has started before.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}

/// The directives of `level` (`info`, or `target=level` with commas between) but for the quiet crates,
/// which have their own. Without regular expressions, which would be a megabyte of every function.
fn filter(level: &str) -> Targets {
    let asked: Targets = level.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let default = asked.default_level().unwrap_or(LevelFilter::ERROR);
    let loud = asked.into_iter().filter(|(target, _)| !QUIET.iter().any(|it| target.starts_with(it.0)));
    Targets::new().with_default(default).with_targets(loud).with_targets(QUIET)
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
        let filter = filter("trace,aws_=trace,aws_smithy_runtime=trace,hyper_util=trace,files=debug");
        for target in ["aws_sdk_s3", "aws_smithy_runtime::client", "hyper_util::pool", "h2", "rustls::conn"] {
            assert!(!filter.would_enable(target, &tracing::Level::DEBUG), "{target}");
            assert!(filter.would_enable(target, &tracing::Level::WARN), "{target}");
        }
        assert!(filter.would_enable("ledger", &tracing::Level::TRACE));
        assert!(!filter.would_enable("files", &tracing::Level::TRACE));
    }

    #[test]
    fn a_level_that_is_none_is_info() {
        for level in ["info", "?=?", ""] {
            let filter = filter(level);
            assert!(!filter.would_enable("ledger", &tracing::Level::DEBUG), "{level}");
        }
        assert!(filter("info").would_enable("ledger", &tracing::Level::INFO));
    }
}
