use std::sync::Arc;

use axum::{Extension, http::StatusCode, response::Response};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{Api, answer};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kayoi API",
        version = "1",
        description = "診療所と介護事業所のプログラムのためのAPIです。トークンは1つの診療所か、1つの介護事業所だけを開きます。エラーはapplication/problem+json (RFC 9457) で返り、codeは変わりません。",
        license(name = "MIT")
    ),
    security(("token" = [])),
    modifiers(&TokenScheme)
)]
struct Described;

struct TokenScheme;

impl Modify for TokenScheme {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let scheme =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("kyt_で始まるトークン")).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document before any route is in it.
pub(crate) fn empty() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(Described::openapi())
}

/// The OpenAPI document as JSON.
#[derive(Clone)]
pub(crate) struct Document(Arc<str>);

impl Document {
    pub(crate) fn new(document: openapi::OpenApi) -> Self {
        // A document of texts, which JSON always takes; a test compares it.
        Self(document.to_pretty_json().unwrap_or_default().into())
    }
}

/// What this API offers, as OpenAPI. Needs no token.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "system", security(()), responses((status = 200, description = "Done.", body = Object)))]
pub(crate) async fn document(Extension(document): Extension<Document>) -> Response {
    answer::json_text(StatusCode::OK, document.0.to_string())
}
