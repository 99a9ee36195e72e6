use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, StatusCode, header},
};

use super::stage::{Browser, Stage, token};

/// Every route that changes something.
const POSTS: [&str; 5] = ["birth-date", "reply", "pictures", "stop", "receiving"];

/// Every page there is to get.
const PAGES: [&str; 4] = ["", "/stop", "/receiving", "/pictures/none"];

/// A form of each route as our own page would send it, with everything that could make it pass.
async fn forms(stage: &Stage, browser: &Browser) -> Vec<(String, Vec<(String, String)>)> {
    let path = format!("/m/{}", token(1).as_str());
    let message = browser.get(stage, &path).await.form();
    let mut forms = Vec::new();
    for route in POSTS {
        let page = match route {
            "reply" | "pictures" => message.clone(),
            "birth-date" => Browser::new().get(stage, &path).await.form(),
            _ => browser.get(stage, &format!("{path}/{route}")).await.form(),
        };
        let mut fields: Vec<(String, String)> = page.into_iter().collect();
        for (name, value) in [
            ("year", "1960"),
            ("month", "4"),
            ("day", "1"),
            ("text", "はい"),
            ("what", "all"),
            ("channel", "mail"),
            ("say", "stop"),
        ] {
            fields.push((name.to_owned(), value.to_owned()));
        }
        forms.push((format!("{path}/{route}"), fields));
    }
    forms
}

fn post(browser: &Browser, path: &str, fields: &[(String, String)]) -> Request<Body> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.request(Method::POST, path, &fields)
}

#[tokio::test]
async fn no_route_takes_what_another_site_sends() {
    let stage = Stage::new().await;
    let browser = stage.opened(1).await;
    let forms = forms(&stage, &browser).await;
    let before = stage.rows().await;
    for (path, fields) in &forms {
        for (name, value) in
            [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")]
        {
            let mut request = post(&browser, path, fields);
            request.headers_mut().insert(name, HeaderValue::from_static(value));
            let answer = stage.send(request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
        }
    }
    let mut one_click = browser.request(Method::POST, &forms[3].0, &[("List-Unsubscribe", "One-Click")]);
    one_click.headers_mut().insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
    assert_eq!(stage.send(one_click).await.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.rows().await, before);
}

#[tokio::test]
async fn no_route_takes_a_form_that_is_none_of_ours() {
    let stage = Stage::new().await;
    let browser = stage.opened(1).await;
    let forms = forms(&stage, &browser).await;
    let before = stage.rows().await;
    for (index, (path, fields)) in forms.iter().enumerate() {
        let other_route = &forms[(index + 2) % forms.len()].1;
        let other_form = other_route.iter().find(|it| it.0 == "form").unwrap().1.clone();
        for wrong in [String::new(), "x".to_owned(), other_form] {
            let fields: Vec<_> = fields.iter().filter(|it| it.0 != "form").cloned().collect();
            let fields = [vec![("form".to_owned(), wrong.clone())], fields].concat();
            let answer = stage.send(post(&browser, path, &fields)).await;
            // The question's form is for reply's and pictures' neighbour, never for them.
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with {wrong}");
        }
    }
    assert_eq!(stage.rows().await, before);
}

#[tokio::test]
async fn our_own_forms_pass_as_old_and_new_browsers_send_them() {
    for headers in
        [&[][..], &[("origin", "https://p.example")], &[("origin", "null"), ("sec-fetch-site", "same-origin")]]
    {
        let stage = Stage::new().await;
        let browser = stage.opened(1).await;
        for (path, fields) in forms(&stage, &browser).await {
            let mut request = post(&browser, &path, &fields);
            for (name, value) in headers {
                request.headers_mut().insert(*name, HeaderValue::from_static(value));
            }
            let answer = stage.send(request).await;
            // The form for a picture names a reply that was not sent when it was made.
            let expected = [StatusCode::SEE_OTHER, StatusCode::OK, StatusCode::FORBIDDEN];
            let is_pictures = path.ends_with("pictures");
            assert!(
                expected.contains(&answer.status) && (answer.status != StatusCode::FORBIDDEN || is_pictures),
                "{path}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn opening_a_page_changes_nothing() {
    let stage = Stage::new().await;
    let browser = stage.opened(1).await;
    let before = stage.rows().await;
    for visitor in [&browser, &Browser::new()] {
        for page in PAGES {
            for method in [Method::GET, Method::HEAD] {
                let path = format!("/m/{}{page}", token(1).as_str());
                let answer = stage.send(visitor.request(method, &path, &[])).await;
                assert!(!answer.headers.contains_key(header::SET_COOKIE), "{path}");
            }
        }
        for route in ["birth-date", "reply", "pictures"] {
            let path = format!("/m/{}/{route}", token(1).as_str());
            assert_eq!(visitor.get(&stage, &path).await.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(stage.rows().await, before);
}

#[tokio::test]
async fn every_answer_is_small_has_no_script_and_tells_no_other_site() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    for n in 0..20 {
        browser.reply(&stage, &format!("{n}{}", "あ".repeat(200))).await;
    }
    let mut answers = Vec::new();
    for visitor in [&browser, &Browser::new()] {
        for page in PAGES.into_iter().chain(["/none"]) {
            answers.push(visitor.get(&stage, &format!("/m/{}{page}", token(1).as_str())).await);
        }
    }
    answers.push(browser.get(&stage, "/").await);
    answers.push(browser.post(&stage, "/m/x/stop", &[]).await);
    answers.push(browser.answer(&stage, token(1).as_str(), "1960", "4", "2").await);
    for answer in answers {
        let header = |name: &str| answer.headers[name].to_str().unwrap();
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!((header("cache-control"), header("x-content-type-options")), ("no-store", "nosniff"));
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        let lower = answer.text.to_lowercase();
        for unwanted in ["<script", "javascript:", " src=", "http://", "https://"] {
            assert!(!lower.contains(unwanted), "{unwanted} in {}", answer.text);
        }
        assert!(answer.text.len() <= 50_000, "{} bytes", answer.text.len());
    }
}
