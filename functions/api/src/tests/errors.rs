use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use super::stage::{Answer, Stage, token};

async fn with_authorization(stage: &Stage, value: &str) -> Answer {
    let request = Request::get("/v1/uploads").header(header::AUTHORIZATION, value);
    stage.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_that_is_missing_unknown_or_expired_gets_the_same_words() {
    let stage = Stage::new().await;
    stage.add_token("kyt_old", "one", "2026-11-23T01:00:00Z").await;
    stage.add_token("other", "one", "2027-01-01T00:00:00Z").await;
    let missing = stage.send(Request::get("/v1/uploads").body(Body::empty()).unwrap()).await;
    assert_eq!(missing.problem(), "401 unauthorized");
    assert_eq!(missing.headers[header::WWW_AUTHENTICATE], "Bearer");
    for value in
        ["Bearer kyt_unknown", "Bearer kyt_old", "Bearer other", "Bearer ", "Basic a", "kyt_one", "Bearer kyt_one "]
    {
        let answer = with_authorization(&stage, value).await;
        assert_eq!((answer.status, &answer.text), (missing.status, &missing.text), "{value}");
    }
    assert_eq!(with_authorization(&stage, &format!("bearer {}", token("one"))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_request_of_ours_is_told_why() {
    let stage = Stage::new().await;
    let post = async |content_type: &str, body: String| {
        let request = Request::post("/v1/uploads")
            .header(header::AUTHORIZATION, format!("Bearer {}", token("one")))
            .header(header::CONTENT_TYPE, content_type);
        stage.send(request.body(Body::from(body)).unwrap()).await.problem()
    };
    assert_eq!(post("text/plain", "{}".to_owned()).await, "415 unsupported-media-type");
    assert_eq!(post("application/json; charset=utf-8", "{".to_owned()).await, "400 malformed-body");
    assert_eq!(post("application/json", " ".repeat(1024 * 1024 + 1)).await, "413 too-large");
    assert_eq!(stage.get("/v1/none").await.problem(), "404 not-found");
    assert_eq!(stage.get("/v1/uploads/%FF").await.problem(), "404 not-found");
    let deleted = stage.ask("one", Method::DELETE, "/v1/uploads", &[], "").await;
    assert_eq!(deleted.problem(), "405 method-not-allowed");
}

#[tokio::test]
async fn a_failure_of_ours_tells_nothing() {
    let stage = Stage::new().await;
    // A part that waits without a slot is a row that no import writes.
    let number = stage.add_upload("one", "秘密.UKE", "b", super::stage::waiting("a")).await;
    let clinic = super::stage::clinic_id("one");
    let upload = stage.ledger.upload(&clinic, number).await.unwrap().unwrap();
    let mut row = upload.row;
    row.parts[0].slot = None;
    stage.ledger.save_upload(&clinic, row, upload.version).await.unwrap().unwrap();
    let answer = stage.post(&format!("/v1/uploads/{number}/decision"), r#"{"decision":"add"}"#).await;
    assert_eq!(answer.problem(), "500 internal");
    assert!(!answer.text.contains("slot") && !answer.text.contains("秘密"), "{}", answer.text);
    assert_eq!(answer.headers["x-request-id"].len(), 32);
}

#[tokio::test]
async fn health_needs_no_token() {
    let stage = Stage::new().await;
    let answer = stage.send(Request::get("/v1/health").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.text, r#"{"status":"ok"}"#);
}
