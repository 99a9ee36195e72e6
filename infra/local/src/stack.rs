use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::{ACCESS_KEY, REGION};

/// What a stack tells of itself: the template's `Outputs`.
pub type Outputs = BTreeMap<String, String>;

/// The bucket for code and templates.
const ARTIFACTS: &str = "artifacts";

/// How long a stack may take; on the emulator it takes about a second.
const CREATE_LIMIT: Duration = Duration::from_secs(120);

pub(crate) fn deploy(
    endpoint: &str,
    template_text: &str,
    stack_name: &str,
    parameters: &[(&str, &str)],
    code: &[(String, Vec<u8>)],
) -> Result<Outputs> {
    let template = with_code_in_s3(template_text, code)?;
    let bucket = format!(
        "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
    );
    // Where an earlier stack made it, its owner is told so by an error.
    if let Err(err) = put(endpoint, "", bucket.as_bytes()) {
        bucket_is_there(endpoint).map_err(|_| err).context("making the bucket of artifacts")?;
    }
    for (name, zip) in code {
        put(endpoint, &format!("{name}.zip"), zip).with_context(|| format!("uploading the code of {name}"))?;
    }
    // By address, as a template may be longer than a request.
    let template_key = format!("{stack_name}.yaml");
    put(endpoint, &template_key, template.as_bytes()).context("uploading the template")?;

    let mut form = vec![
        ("StackName".to_owned(), stack_name.to_owned()),
        ("TemplateURL".to_owned(), format!("{endpoint}/{ARTIFACTS}/{template_key}")),
        ("OnFailure".to_owned(), "DO_NOTHING".to_owned()),
    ];
    for (n, capability) in (1..).zip(["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]) {
        form.push((format!("Capabilities.member.{n}"), capability.to_owned()));
    }
    for (n, (name, value)) in (1..).zip(parameters) {
        form.push((format!("Parameters.member.{n}.ParameterKey"), (*name).to_owned()));
        form.push((format!("Parameters.member.{n}.ParameterValue"), (*value).to_owned()));
    }
    cloudformation(endpoint, "CreateStack", form).context("creating the stack")?;
    wait_for_outputs(endpoint, stack_name)
}

fn wait_for_outputs(endpoint: &str, stack_name: &str) -> Result<Outputs> {
    let named = || vec![("StackName".to_owned(), stack_name.to_owned())];
    let since = Instant::now();
    while since.elapsed() < CREATE_LIMIT {
        let stack = cloudformation(endpoint, "DescribeStacks", named()).context("asking after the stack")?;
        match elements(&stack, "StackStatus").first().map(String::as_str) {
            Some("CREATE_COMPLETE") => return Ok(outputs(&stack)),
            Some("CREATE_IN_PROGRESS") => std::thread::sleep(Duration::from_millis(100)),
            status => {
                let events = cloudformation(endpoint, "DescribeStackEvents", named()).unwrap_or_default();
                bail!("the stack is {}: {}", status.unwrap_or("unknown"), failures(&events).join("; "));
            }
        }
    }
    bail!("the stack is still being created after {} s", CREATE_LIMIT.as_secs())
}

/// The template with every `CodeUri` pointing to the uploaded zip of that name.
fn with_code_in_s3(template_text: &str, code: &[(String, Vec<u8>)]) -> Result<String> {
    let mut template = String::with_capacity(template_text.len());
    for line in template_text.lines() {
        match line.split_once("CodeUri:") {
            Some((indent, path)) if indent.trim().is_empty() => {
                let path = path.split(" #").next().unwrap_or(path).trim().trim_matches(['"', '\'', '/']);
                let name = path.rsplit('/').next().unwrap_or(path);
                ensure!(code.iter().any(|(it, _)| it == name), "the template wants code of {name}, and there is none");
                template.push_str(&format!("{indent}CodeUri: s3://{ARTIFACTS}/{name}.zip"));
            }
            _ => template.push_str(line),
        }
        template.push('\n');
    }
    Ok(template)
}

fn put(endpoint: &str, key: &str, bytes: &[u8]) -> Result<()> {
    let address = format!("{endpoint}/{ARTIFACTS}/{key}");
    let request = ureq::put(address.trim_end_matches('/')).header("Authorization", credential("s3"));
    answer(request.config().http_status_as_error(false).build().send(bytes)?)?;
    Ok(())
}

/// Asks for the bucket of artifacts.
fn bucket_is_there(endpoint: &str) -> Result<()> {
    let request = ureq::head(format!("{endpoint}/{ARTIFACTS}")).header("Authorization", credential("s3"));
    answer(request.config().http_status_as_error(false).build().call()?)?;
    Ok(())
}

fn cloudformation(endpoint: &str, action: &str, mut form: Vec<(String, String)>) -> Result<String> {
    form.push(("Action".to_owned(), action.to_owned()));
    form.push(("Version".to_owned(), "2010-05-15".to_owned()));
    let request = ureq::post(format!("{endpoint}/")).header("Authorization", credential("cloudformation"));
    answer(request.config().http_status_as_error(false).build().send_form(form)?)
}

/// The answer's XML; a refusal's says why.
fn answer(mut response: ureq::http::Response<ureq::Body>) -> Result<String> {
    let xml = response.body_mut().read_to_string()?;
    let status = response.status();
    ensure!(status.is_success(), "the emulator answered {status}: {}", elements(&xml, "Message").join("; "));
    Ok(xml)
}

/// Names the service and the account to the emulator, which checks no signature.
pub(crate) fn credential(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/{REGION}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}

fn outputs(stack: &str) -> Outputs {
    elements(stack, "OutputKey").into_iter().zip(elements(stack, "OutputValue")).collect()
}

/// The resources that failed, the first cause first.
fn failures(events: &str) -> Vec<String> {
    let mut failures = Vec::new();
    for event in events.split("</member>") {
        let one = |name: &str| elements(event, name).into_iter().next().unwrap_or_default();
        if one("ResourceStatus").ends_with("_FAILED") {
            failures.push(format!("{}: {}", one("LogicalResourceId"), one("ResourceStatusReason")));
        }
    }
    failures.reverse();
    failures
}

/// The texts of the elements called `name`. The emulator's answers nest none in its like.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let after = xml.split(&open).skip(1);
    after.filter_map(|it| it.split_once(&close)).map(|(text, _)| unescaped(text)).collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&#39;", "'").replace("&#x27;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_taken_from_the_bucket() {
        let template = "A:\n  CodeUri: ../functions/import-receipts # built before\n  B: \"CodeUri: x\"\n";
        let code = [("import-receipts".to_owned(), Vec::new())];
        let rewritten = with_code_in_s3(template, &code).unwrap();
        assert_eq!(rewritten, "A:\n  CodeUri: s3://artifacts/import-receipts.zip\n  B: \"CodeUri: x\"\n");

        let refused = with_code_in_s3("  CodeUri: '../functions/api/'", &code).unwrap_err();
        assert_eq!(refused.to_string(), "the template wants code of api, and there is none");
    }

    #[test]
    fn outputs_and_failures_are_read_from_xml() {
        let stack = "<member><OutputKey>A</OutputKey><OutputValue>a&amp;b</OutputValue></member>\
                     <member><OutputKey>B</OutputKey><OutputValue></OutputValue></member>";
        assert_eq!(outputs(stack), Outputs::from([("A".into(), "a&b".into()), ("B".into(), String::new())]));

        let event = |id: &str, status: &str, reason: &str| {
            format!(
                "<member><LogicalResourceId>{id}</LogicalResourceId><ResourceStatus>{status}</ResourceStatus>\
                 <ResourceStatusReason>{reason}</ResourceStatusReason></member>"
            )
        };
        let events = [
            event("Stack", "CREATE_FAILED", "a resource failed"),
            event("Core", "CREATE_FAILED", "no &quot;key&quot;"),
            event("Core", "CREATE_IN_PROGRESS", ""),
        ]
        .concat();
        assert_eq!(failures(&events), ["Core: no \"key\"", "Stack: a resource failed"]);
    }
}
