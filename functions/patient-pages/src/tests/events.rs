use axum::{body::Body, http::StatusCode};

use super::stage::Stage;

/// What API Gateway hands to the function.
const OPEN_LINK: &str = include_str!("../../../../events/patient-pages/open-link.json");

#[tokio::test]
async fn a_request_as_the_gateway_hands_it_over_is_answered() {
    let stage = Stage::new().await;
    let request = lambda_http::request::from_str(OPEN_LINK).unwrap();
    let answer = stage.send(request.map(|_| Body::empty())).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("生年月日"), "{}", answer.text);
}
