use std::net::{IpAddr, SocketAddr};

use axum::{extract::ConnectInfo, http::Extensions};
use lambda_http::request::RequestContext;

/// Where a request comes from, as the gateway saw its connection; outside Lambda, as the server did. A header
/// that anybody can write is never looked at. `None` where neither tells.
pub fn source_address(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(RequestContext::ApiGatewayV2(context)) = extensions.get::<RequestContext>() {
        return context.http.source_ip.as_deref()?.parse().ok();
    }
    extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_tells_and_no_header() {
        let event = r#"{"version":"2.0","routeKey":"$default","rawPath":"/","rawQueryString":"","isBase64Encoded":false,
            "headers":{"x-forwarded-for":"203.0.113.9"},"requestContext":{"accountId":"1","apiId":"a","stage":"$default",
            "domainName":"a","domainPrefix":"a","requestId":"r","routeKey":"$default","time":"t","timeEpoch":1,
            "http":{"method":"GET","path":"/","protocol":"HTTP/1.1","sourceIp":"192.0.2.10","userAgent":"u"}}}"#;
        let request = lambda_http::request::from_str(event).unwrap();
        assert_eq!(source_address(request.extensions()), Some("192.0.2.10".parse().unwrap()));
        assert_eq!(source_address(&Extensions::new()), None);
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 11], 4711))));
        assert_eq!(source_address(&extensions), Some("192.0.2.11".parse().unwrap()));
    }
}
