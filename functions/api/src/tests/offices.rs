use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::{
    office_stage::{CARE_MANAGER, DAY_CARE, HOME_HELP, texts},
    stage::Stage,
    uploads::check_fields,
};

const OFFICE: &str =
    r#"{"name":"試験居宅","service_types":["43","43"],"notify_address":"office@example.jp","accept_terms":true}"#;

#[tokio::test]
async fn an_office_registers_itself_and_changes_what_it_said() {
    let stage = Stage::new().await;
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/office").await.problem(), "404 not-found");

    let registered = stage.put_as(CARE_MANAGER, "/v1/office", OFFICE).await;
    let expected = json!({
        "number": CARE_MANAGER, "name": "試験居宅", "service_types": ["43"],
        "notify_address": "office@example.jp", "terms_accepted_at": "2026-11-23T01:00:00Z",
    });
    assert_eq!((registered.json(), &registered.headers[header::ETAG]), (expected, &"\"1\"".parse().unwrap()));
    let read = stage.get_as(CARE_MANAGER, "/v1/office").await;
    assert_eq!((read.text, read.headers[header::ETAG].clone()), (registered.text, "\"1\"".parse().unwrap()));

    // Terms once accepted stay accepted.
    let changed = r#"{"name":"試験 居宅","service_types":[]}"#;
    let changed = stage.put_as(CARE_MANAGER, "/v1/office", changed).await.json();
    assert_eq!((&changed["name"], &changed["notify_address"]), (&"試験 居宅".into(), &json!(null)));
    assert_eq!(changed["terms_accepted_at"], "2026-11-23T01:00:00Z");
}

#[tokio::test]
async fn an_office_is_written_over_the_version_that_was_read() {
    let stage = Stage::new().await;
    let put = async |tag: &str| stage.ask(CARE_MANAGER, Method::PUT, "/v1/office", &[("If-Match", tag)], OFFICE).await;
    assert_eq!(put("\"1\"").await.problem(), "409 conflict");
    assert_eq!(put("\"0\"").await.status, StatusCode::OK);
    for tag in ["\"0\"", "\"2\"", "1"] {
        assert_eq!(put(tag).await.problem(), "409 conflict", "{tag}");
    }
    assert_eq!(put("\"1\"").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_office_that_cannot_be_is_refused_by_field() {
    let stage = Stage::new().await;
    for (body, expected) in [
        ("{}", "name service_types accept_terms"),
        (r#"{"name":" ","service_types":["4","43"],"accept_terms":true}"#, "name service_types[0]"),
        (r#"{"name":"a\nb","service_types":[],"notify_address":"office","accept_terms":true}"#, "name notify_address"),
        (r#"{"name":"a","service_types":[],"notify_address":"a b@c.jp","accept_terms":true}"#, "notify_address"),
        (r#"{"name":"a","service_types":[],"notify_address":"a@c.jp, b@c.jp","accept_terms":true}"#, "notify_address"),
        (r#"{"name":"a","service_types":[],"accept_terms":false}"#, "accept_terms"),
        (r#"{"name":"a","service_types":[],"accept_terms":true,"number":"9970200011"}"#, "body"),
    ] {
        check_fields(&stage.put_as(CARE_MANAGER, "/v1/office", body).await, expected);
    }
    let long = format!(r#"{{"name":"{}","service_types":[],"accept_terms":true}}"#, "長".repeat(101));
    check_fields(&stage.put_as(CARE_MANAGER, "/v1/office", &long).await, "name");
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/office").await.problem(), "404 not-found");
}

#[tokio::test]
async fn any_office_knows_the_name_of_one_that_takes_part_and_nothing_more() {
    let stage = Stage::of_offices().await;
    let known = stage.get_as(CARE_MANAGER, "/v1/offices/9970200011").await;
    assert_eq!(known.json(), json!({"number": HOME_HELP, "name": "試験訪問介護"}));
    for number in ["9970400017", "x", "9970100013x"] {
        let answer = stage.get_as(CARE_MANAGER, &format!("/v1/offices/{number}")).await;
        assert_eq!(answer.problem(), "404 not-found", "{number}");
    }
}

#[tokio::test]
async fn a_partner_is_confirmed_by_number_and_name() {
    let stage = Stage::of_offices().await;
    let put =
        async |number: &str, body: &str| stage.put_as(CARE_MANAGER, &format!("/v1/partners/{number}"), body).await;
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/partners").await.json(), json!({"partners": []}));
    // Widths and spaces are no difference.
    let confirmed = put(DAY_CARE, r#"{"name":"試験 ﾃﾞｲ"}"#).await;
    let expected = json!({"number": DAY_CARE, "name": "試験デイ", "confirmed_at": "2026-11-23T01:00:00Z"});
    assert_eq!(confirmed.json(), expected, "{}", confirmed.text);
    assert_eq!(put(HOME_HELP, r#"{"name":"試験訪問介護"}"#).await.status, StatusCode::OK);
    assert_eq!(put(HOME_HELP, r#"{"name":"試験訪問介護"}"#).await.status, StatusCode::OK);

    check_fields(&put(HOME_HELP, r#"{"name":"試験デイ"}"#).await, "name");
    check_fields(&put(HOME_HELP, "{}").await, "name");
    check_fields(&put(CARE_MANAGER, r#"{"name":"試験居宅"}"#).await, "number");
    assert_eq!(put("9970400017", r#"{"name":"試験"}"#).await.problem(), "404 not-found");
    assert_eq!(put("x", r#"{"name":"試験"}"#).await.problem(), "404 not-found");

    let partners = stage.get_as(CARE_MANAGER, "/v1/partners").await.json();
    assert_eq!(texts(&partners["partners"], "number"), [HOME_HELP, DAY_CARE]);
    // It confirms one way.
    assert_eq!(stage.get_as(HOME_HELP, "/v1/partners").await.json(), json!({"partners": []}));
}
