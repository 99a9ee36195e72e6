use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// That the function answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    #[schema(value_type = String)]
    status: &'static str,
}

/// Tells that the function runs. Needs no token and looks nothing up.
#[utoipa::path(get, path = "/v1/health", tag = "system", security(()), responses((status = 200, description = "Done.", body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}
