//! What is a group and what is refused, with the sentence that says why.

use crate::{Group, Groups, Needs, test_clinic::group_json};

/// A group as JSON with one of its parts replaced.
fn with(part: &str, other: &str) -> String {
    let json = group_json(r#"{"all":[]}"#);
    assert!(json.contains(part), "{part}");
    json.replace(part, other)
}

#[track_caller]
fn check_refused(json: &str, expected: &str) {
    let reason = Groups::from_json(json).unwrap_err().to_string();
    assert!(reason.contains(expected), "{json}\n{reason}");
}

#[track_caller]
fn check_condition_refused(condition: &str, expected: &str) {
    check_refused(&group_json(condition), expected);
}

#[test]
fn groups_are_read_and_written_as_they_were() {
    let json = r#"{"groups":[{"id":"htn","name":"高血圧","at_risk_after":{"days":60},"dropped_out_after":{"months":6},"match":{"all":[{"disease":{"codes":["8833421"],"icd10":["I10"]}},{"any":[{"age":{"min":40}},{"drug":{"codes":["620098801"],"within_months":6}}]},{"not":{"insurance":["public"]}},{"procedure":{"codes":["113707110"]}},{"sex":"female"},{"chief_complaint":{"contains":["頭痛"]}},{"past_history":{"contains":["喘息"]}}]}}]}"#;
    let groups = Groups::from_json(json).unwrap();
    assert_eq!(serde_json::to_string(&groups).unwrap(), json);
    let needs = Needs { disease_master: true, drug_master: false, questionnaires: true };
    assert_eq!(groups.needs(), needs);
    let drug = Groups::from_json(&group_json(r#"{"not":{"any":[{"drug":{"price_list":["3962"]}}]}}"#)).unwrap();
    assert_eq!(drug.needs(), Needs { drug_master: true, ..Needs::default() });
}

#[test]
fn a_code_keeps_its_leading_zeros() {
    let json = group_json(r#"{"disease":{"codes":["0703025"]}}"#);
    assert_eq!(serde_json::to_string(&Groups::from_json(&json).unwrap()).unwrap(), json);
}

#[test]
fn unknown_keys_are_errors_at_every_depth() {
    check_refused(r#"{"groups":[],"version":1}"#, "version");
    check_refused(&with(r#""name":"#, r#""color":"red","name":"#), "color");
    for condition in [
        r#"{"smoker":true}"#,
        r#"{"all":[{"every":[]}]}"#,
        r#"{"not":{"disease":{"code":["8833421"]}}}"#,
        r#"{"disease":{"codes":["8833421"],"suspected":true}}"#,
        r#"{"procedure":{"codes":["113707110"],"icd10":[]}}"#,
        r#"{"drug":{"codes":["620098801"],"class":["3962"]}}"#,
        r#"{"age":{"min":1,"years":2}}"#,
        r#"{"chief_complaint":{"contains":["頭痛"],"any":true}}"#,
        r#"{"past_history":{"words":["頭痛"]}}"#,
        r#"{"insurance":["private"]}"#,
        r#"{"sex":"other"}"#,
        r#"{"all":[],"any":[]}"#,
        r#"{}"#,
    ] {
        check_condition_refused(condition, "グループの設定が読み取れません。1行");
    }
    check_refused(&with(r#"{"days":60}"#, r#"{"days":60,"weeks":1}"#), "読み取れません");
    check_refused(&with(r#"{"days":60}"#, r#"{"years":1}"#), "years");
}

#[test]
fn a_missing_key_is_named() {
    check_refused(&with(r#""name":"群","#, ""), "name");
    check_refused(&with(r#","match":{"all":[]}"#, ""), "match");
    check_condition_refused(r#"{"procedure":{}}"#, "codes");
}

#[test]
fn a_code_has_its_number_of_digits() {
    for (condition, expected) in [
        (r#"{"disease":{"codes":["883342"]}}"#, "7桁"),
        (r#"{"disease":{"codes":["+833421"]}}"#, "7桁"),
        (r#"{"procedure":{"codes":["11370711"]}}"#, "9桁"),
        (r#"{"drug":{"codes":["６２００９８８０１"]}}"#, "9桁"),
        (r#"{"drug":{"codes":[620098801]}}"#, "string"),
    ] {
        check_condition_refused(condition, expected);
    }
}

#[test]
fn a_condition_without_anything_to_look_for_is_refused() {
    for (condition, expected) in [
        (r#"{"disease":{}}"#, "diseaseのcodesまたはicd10を1つ以上"),
        (r#"{"procedure":{"codes":[]}}"#, "procedureのcodesを1つ以上"),
        (r#"{"drug":{"within_months":3}}"#, "drugのcodesまたはprice_listを1つ以上"),
        (r#"{"insurance":[]}"#, "insuranceを1つ以上"),
        (r#"{"age":{}}"#, "ageのminかmaxを指定"),
        (r#"{"age":{"min":41,"max":40}}"#, "minはmax以下"),
        (r#"{"chief_complaint":{"contains":[]}}"#, "containsを1つ以上"),
        (r#"{"past_history":{"contains":["頭痛","　"]}}"#, "containsの言葉を1つ以上"),
        (r#"{"disease":{"icd10":["I10.9"]}}"#, "icd10は点を除いた"),
        (r#"{"disease":{"icd10":[""]}}"#, "icd10は点を除いた"),
        (r#"{"drug":{"price_list":["３９"]}}"#, "price_listは点を除いた"),
        (r#"{"disease":{"codes":["8833421"],"within_months":0}}"#, "within_monthsは1から120"),
        (r#"{"procedure":{"codes":["113707110"],"within_months":121}}"#, "within_monthsは1から120"),
        (r#"{"not":{"all":[{"drug":{"price_list":["39"],"within_months":0}}]}}"#, "within_monthsは1から120"),
    ] {
        check_condition_refused(condition, expected);
    }
}

#[test]
fn conditions_nest_16_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}{}", r#"{"not":"#.repeat(depth), r#"{"all":[]}"#, "}".repeat(depth));
    assert!(Groups::from_json(&group_json(&nested(16))).is_ok());
    check_condition_refused(&nested(17), "入れ子は16段まで");
    check_condition_refused(&nested(5_000), "読み取れません");
}

#[test]
fn an_id_a_name_and_the_spans_are_checked() {
    for (json, expected) in [
        (with(r#""id":"g""#, r#""id":"""#), "ID「」は使えません"),
        (with(r#""id":"g""#, r#""id":"高血圧""#), "ID「高血圧」は使えません"),
        (with(r#""id":"g""#, &format!(r#""id":"{}""#, "a".repeat(65))), "使えません"),
        (with("群", "　"), "「g」の名前は1文字から60文字"),
        (with("群", &"群".repeat(61)), "「g」の名前は1文字から60文字"),
        (with(r#"{"days":60}"#, r#"{"days":0}"#), "「g」の期間は、1日以上"),
        (with(r#"{"months":6}"#, r#"{"months":121}"#), "約10年以内"),
        (with(r#"{"days":60}"#, r#"{"months":6}"#), "「g」の離脱予備群の期間は"),
        // Two months are 59 days from the middle of a January on.
        (with(r#"{"months":6}"#, r#"{"months":2}"#), "必ず短く"),
    ] {
        check_refused(&json, expected);
    }
    assert!(Groups::from_json(&with(r#""id":"g""#, &format!(r#""id":"{}""#, "aZ9_-".repeat(12)))).is_ok());
    assert!(Groups::from_json(&with(r#"{"days":60}"#, r#"{"days":58}"#).replace("6}", "2}")).is_ok());
}

#[test]
fn no_id_stands_twice() {
    let mut groups = Groups::from_json(&group_json(r#"{"all":[]}"#)).unwrap();
    let other = Group { name: "別".to_owned(), ..groups.groups[0].clone() };
    groups.groups.push(other);
    assert_eq!(groups.check().unwrap_err().to_string(), "グループのID「g」が2つあります。別のIDにしてください。");
}
