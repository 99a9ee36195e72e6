use axum::{body::Body, http::Request};

use super::stage::Stage;

/// What programs are written against.
const COMMITTED: &str = include_str!("../../openapi.json");

#[tokio::test]
async fn the_document_is_the_one_that_was_committed() {
    let stage = Stage::new().await;
    let answer = stage.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await;
    if answer.text.trim_end() != COMMITTED.trim_end() {
        let written = std::env::temp_dir().join("kayoi-openapi.json");
        std::fs::write(&written, format!("{}\n", answer.text)).unwrap();
        panic!("the document changed; if that is meant, copy {} over openapi.json", written.display());
    }
}
