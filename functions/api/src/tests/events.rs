use axum::body::Body;

use super::stage::Stage;

/// What API Gateway hands to the function.
const LIST_UPLOADS: &str = include_str!("../../../../events/api/list-uploads.json");

#[tokio::test]
async fn a_request_as_the_gateway_hands_it_over_is_answered() {
    let stage = Stage::new().await;
    let request = lambda_http::request::from_str(LIST_UPLOADS).unwrap();
    let answer = stage.send(request.map(|_| Body::empty())).await;
    assert_eq!(answer.text, r#"{"uploads":[],"next":null}"#);
}
