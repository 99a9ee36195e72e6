//! The program as it is installed: arguments in, JSON and an exit code out.

use std::process::Command;

#[test]
fn a_missing_file_is_reported_as_json_with_exit_code_1() {
    let ran = Command::new(env!("CARGO_BIN_EXE_kayoi")).args(["receipts", "check", "missing.UKE"]).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    let checked: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(checked[0]["issues"][0]["code"], "file-unreadable");
}

#[test]
fn a_wrong_command_line_has_exit_code_2_and_no_data() {
    let ran = Command::new(env!("CARGO_BIN_EXE_kayoi")).args(["receipts", "chek"]).output().unwrap();
    assert_eq!((ran.status.code(), ran.stdout.len()), (Some(2), 0));
}

#[test]
fn help_is_in_japanese_throughout() {
    for command in ["", "receipts check", "dropouts", "demo write", "upload", "up", "plans check", "plans savings"] {
        let arguments = command.split_whitespace().chain(["--help"]);
        let ran = Command::new(env!("CARGO_BIN_EXE_kayoi")).args(arguments).output().unwrap();
        let help = String::from_utf8(ran.stdout).unwrap();
        assert!(help.contains("使い方: ") && help.contains("オプション:"), "{command}: {help}");
        assert!(!help.contains("Options:") && !help.contains("Arguments:"), "{command}: {help}");
    }
}
