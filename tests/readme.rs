//! What the README says of codes and commands is what the program does.

use receipt::{IssueCode, Severity};

const README: &str = include_str!("../README.md");

#[test]
fn the_readme_lists_every_code_with_its_severity_and_advice() {
    for code in IssueCode::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let row = format!("| `{}` | {severity} | {} |", code.as_str(), code.advice());
        assert!(README.contains(&row), "{row}");
    }
}

#[test]
fn the_page_of_codes_lists_every_code_of_the_care_plans() {
    let page = include_str!("../docs/careplan-codes.md");
    for code in careplan::IssueCode::ALL {
        let severity = match code.severity() {
            careplan::Severity::Error => "error",
            careplan::Severity::Warning => "warning",
        };
        let row = format!("| `{}` | {severity} | {} |", code.as_str(), code.advice());
        assert!(page.contains(&row), "{row}");
    }
    for code in careplan::exchange::ReasonCode::ALL {
        let row = format!("| `{}` | {} |", code.as_str(), code.advice());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn the_page_of_deliveries_lists_every_reason() {
    let page = include_str!("../docs/deliveries.md");
    for reason in delivery::PlanReason::all() {
        let row = format!("| `{}` | {} |", reason.as_str(), reason.sentence());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn the_ci_script_runs_the_readme_s_test_command() {
    let script = include_str!("../.ci/run");
    assert!(README.contains("cargo nextest run --workspace --locked"));
    assert!(script.contains("cargo nextest run --workspace --locked"));
}
