//! The template lists exactly the functions there are, with the settings they read and the rights
//! their adapters need.

use std::collections::BTreeSet;
use std::fs;

use super::{functions, pascal_case, root};

fn template() -> String {
    fs::read_to_string(root().join("infra/template.yaml")).unwrap()
}

/// The lines of the resource `id`, without its name.
fn resource(template: &str, id: &str) -> Option<String> {
    let (_, after) = template.split_once(&format!("\n  {id}:\n"))?;
    let lines = after.lines().take_while(|it| it.is_empty() || it.starts_with("    "));
    Some(lines.map(|it| format!("{it}\n")).collect())
}

#[test]
fn the_template_lists_exactly_the_functions() {
    let template = template();
    let n_functions = template.matches("Type: AWS::Serverless::Function").count();
    assert_eq!(n_functions, functions().len(), "functions in the template and folders in functions/");
    for name in functions() {
        let id = pascal_case(&name);
        let function = resource(&template, &id).unwrap_or_else(|| panic!("the template has no {id}"));
        for line in [
            "    Type: AWS::Serverless::Function\n".to_owned(),
            format!("      CodeUri: ../functions/{name}\n"),
            format!("      FunctionName: !Sub \"${{AWS::StackName}}-{name}\"\n"),
            format!("      Role: !GetAtt {id}Role.Arn\n"),
            format!("      LoggingConfig: {{LogGroup: !Ref {id}Logs}}\n"),
        ] {
            assert!(function.contains(&line), "{id} lacks: {}", line.trim());
        }
        assert!(template.contains(&format!("\n  {id}ErrorsAlarm:\n")), "{id} has no alarm for its errors");
    }
}

#[test]
fn functions_get_exactly_the_settings_they_read() {
    let template = template();
    for name in functions() {
        let main = fs::read_to_string(root().join("functions").join(&name).join("src/main.rs")).unwrap();
        let mut read: BTreeSet<&str> = BTreeSet::new();
        for call in ["setting(\"", "optional_setting(\""] {
            read.extend(main.split(call).skip(1).filter_map(|it| it.split('"').next()));
        }
        if main.contains("is_clock_fixed") {
            read.insert("CLOCK");
        }
        // Every function gets these two.
        read.remove("STAGE");
        read.remove("RUST_LOG");
        let function = resource(&template, &pascal_case(&name)).unwrap();
        let variables = function.split("        Variables:\n").nth(1).unwrap_or_default();
        let variables = variables.lines().take_while(|it| it.starts_with("          "));
        let given: BTreeSet<&str> = variables.filter_map(|it| it.trim().split(':').next()).collect();
        assert_eq!(given, read, "{name}: settings given by the template, and settings read by main");
    }
}

#[test]
fn rights_follow_dependencies() {
    let template = template();
    for name in functions() {
        let role = resource(&template, &format!("{}Role", pascal_case(&name))).unwrap();
        let manifest = fs::read_to_string(root().join("functions").join(&name).join("Cargo.toml")).unwrap();
        let manifest = manifest.split("[dev-dependencies]").next().unwrap();
        for (adapter, right) in
            [("files", "s3:"), ("ledger", "dynamodb:"), ("queue", "sqs:SendMessage"), ("mail", "ses:SendEmail")]
        {
            let depends = manifest.contains(&format!("\n{adapter}.workspace = true"));
            let may = role.contains(right);
            assert_eq!(may, depends, "{name}: may {right}* / depends on {adapter}");
        }
        for wide in ["s3:*", "dynamodb:*", "sqs:*", "kms:*", "Resource: \"*\""] {
            assert!(!role.contains(wide), "{name}: {wide} is too wide");
        }
    }
}

#[test]
fn every_queue_has_a_dead_letter_queue_and_alarms() {
    let template = template();
    let queues: Vec<&str> = template
        .lines()
        .zip(template.lines().skip(1))
        .filter(|(_, kind)| *kind == "    Type: AWS::SQS::Queue")
        .map(|(id, _)| id.trim().trim_end_matches(':'))
        .collect();
    for queue in queues.iter().filter(|it| !it.ends_with("Dead")) {
        let name = queue.strip_suffix("Queue").unwrap();
        let redrive = format!("deadLetterTargetArn: !GetAtt {name}Dead.Arn");
        assert!(resource(&template, queue).unwrap().contains(&redrive), "{queue} has no dead-letter queue");
        for (alarm, watched) in [("DeadAlarm", "Dead"), ("AgeAlarm", "Queue")] {
            let alarm = resource(&template, &format!("{name}{alarm}")).unwrap_or_default();
            assert!(alarm.contains(&format!("!GetAtt {name}{watched}.QueueName")), "{queue} lacks an alarm");
        }
        assert!(template.contains(&format!("{{Value: !Ref {name}Dead}}")), "{name}Dead is no output");
    }
    assert_eq!(template.matches("Type: SQS\n").count() * 2, queues.len(), "a queue for each function that is fed");
    assert_eq!(template.matches("[ReportBatchItemFailures]").count() * 2, queues.len());
}

/// The emulator reads every schedule as UTC, so a test on it would not tell.
#[test]
fn schedules_are_in_tokyo() {
    let template = template();
    let n_schedules = template.matches(" ScheduleExpression: ").count();
    assert!(n_schedules > 0);
    assert_eq!(template.matches(" ScheduleExpressionTimezone: Asia/Tokyo\n").count(), n_schedules);
}
