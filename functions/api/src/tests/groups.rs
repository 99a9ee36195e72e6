use axum::http::{Method, StatusCode, header};

use super::stage::{Answer, GROUPS, Stage};

async fn put(stage: &Stage, tag: &str, body: &str) -> Answer {
    stage.ask("one", Method::PUT, "/v1/groups", &[("If-Match", tag)], body).await
}

#[tokio::test]
async fn groups_are_written_over_the_version_that_was_read() {
    let stage = Stage::new().await;
    let empty = stage.get("/v1/groups").await;
    assert_eq!((empty.text.as_str(), &empty.headers[header::ETAG]), (r#"{"groups":[]}"#, &"\"0\"".parse().unwrap()));

    let set = put(&stage, "\"0\"", GROUPS).await;
    assert_eq!((set.status, &set.headers[header::ETAG]), (StatusCode::OK, &"\"1\"".parse().unwrap()), "{}", set.text);
    assert_eq!(stage.refreshes(), [1]);
    assert_eq!(stage.get("/v1/groups").await.json(), set.json());

    for tag in ["\"0\"", "\"2\"", "1", "*"] {
        assert_eq!(put(&stage, tag, GROUPS).await.problem(), "412 precondition-failed", "{tag}");
    }
    let without = stage.ask("one", Method::PUT, "/v1/groups", &[], GROUPS).await;
    assert_eq!(without.problem(), "428 precondition-required");
    assert!(stage.refreshes().is_empty());
}

#[tokio::test]
async fn groups_that_cannot_be_used_say_why() {
    let stage = Stage::new().await;
    for (body, expected) in [
        (
            r#"{"groups":[{"id":"a","name":"a","at_risk_after":{"days":9},"dropped_out_after":{"days":3},"match":{"all":[]}}]}"#,
            "短く",
        ),
        (r#"{"groups":[],"owner":"x"}"#, "owner"),
        ("{", "読み取れません"),
    ] {
        let answer = put(&stage, "\"0\"", body).await;
        assert_eq!(answer.problem(), "422 invalid-groups");
        assert!(answer.json()["detail"].as_str().unwrap().contains(expected), "{}", answer.text);
    }
}

async fn with_members() -> Stage {
    let stage = Stage::new().await;
    stage.set_groups("one").await;
    // 60 days before 23 November is 24 September; 6 months before is 23 May.
    for (chart_number, name, last_visit) in [
        ("5", "検証 五郎", "2026-11-20"),
        ("1", "検証 一郎", "2026-09-24"),
        ("2", "検証 二郎", "2026-09-23"),
        ("3", "検証 三郎", "2026-05-23"),
        ("4", "検証 四郎", "2026-05-22"),
        ("40", "検証 四十郎", "2026-05-22"),
    ] {
        stage.add_member("one", chart_number, name, last_visit).await;
    }
    stage
}

#[tokio::test]
async fn groups_are_counted_for_today() {
    let stage = with_members().await;
    let before = stage.get("/v1/groups/counts").await.json();
    assert_eq!((&before["is_current"], &before["data_through"]), (&false.into(), &serde_json::Value::Null));

    stage.apply("one", 4).await;
    let counts = stage.get("/v1/groups/counts").await.json();
    let group = &counts["groups"][0];
    let figures = ["members", "regular", "at_risk", "dropped_out", "excluded", "unknown"].map(|it| group[it].as_u64());
    assert_eq!(figures, [6, 2, 2, 2, 2, 4].map(Some));
    assert!(group["unknown_reason"].as_str().unwrap().contains("4人"));
    assert_eq!((&counts["as_of"], &counts["data_through"]), (&"2026-11-23".into(), &"2026-10-31".into()));
    assert_eq!((&counts["by_payer"]["shaho"], &counts["is_current"]), (&"2026-10-31".into(), &true.into()));
    assert_eq!(counts["missing"][0]["claim_month"], "2026-10");
}

#[tokio::test]
async fn a_list_is_in_the_order_of_last_visits_and_paged() {
    let stage = with_members().await;
    let charts = async |query: &str| {
        let page = stage.get(&format!("/v1/groups/htn/patients?{query}")).await.json();
        let rows = page["patients"].as_array().unwrap().iter();
        let charts: Vec<String> = rows.map(|it| it["chart_number"].as_str().unwrap().to_owned()).collect();
        (charts.join(" "), page["next"].as_str().map(ToOwned::to_owned))
    };
    assert_eq!(charts("status=regular").await, ("1 5".to_owned(), None));
    assert_eq!(charts("status=at_risk").await, ("3 2".to_owned(), None));
    let (first, next) = charts("status=dropped_out&limit=1").await;
    let (second, end) = charts(&format!("status=dropped_out&limit=1&cursor={}", next.unwrap())).await;
    assert_eq!((first.as_str(), second.as_str(), end), ("4", "40", None));
}

#[tokio::test]
async fn a_row_of_a_list_says_since_when_and_why() {
    let stage = with_members().await;
    stage.apply("one", 0).await;
    let page = stage.get("/v1/groups/htn/patients?status=at_risk").await.json();
    let row = &page["patients"][0];
    assert_eq!(page["data_through"], "2026-10-31");
    assert_eq!((&row["patient"], &row["name"]), (&"patient-one-3".into(), &"検証 三郎".into()));
    assert_eq!(
        (&row["since"], &row["until"], &row["status"]),
        (&"2026-07-23".into(), &"2026-11-23".into(), &"at_risk".into())
    );
    assert_eq!((&row["because"][0]["name"], &row["because"][0]["line"]), (&"高血圧症".into(), &5.into()));
}

#[tokio::test]
async fn a_list_that_cannot_be_made_is_refused() {
    let stage = with_members().await;
    for (query, expected) in [
        ("", "422 invalid-fields"),
        ("?status=gone", "422 invalid-fields"),
        ("?status=regular&cursor=YQ", "422 invalid-fields"),
        // `9999-12-31#`, behind the end of any list.
        ("?status=regular&cursor=OTk5OS0xMi0zMSM", "200"),
    ] {
        let answer = stage.get(&format!("/v1/groups/htn/patients{query}")).await;
        let shown = if answer.status.is_success() { "200".to_owned() } else { answer.problem() };
        assert_eq!(shown, expected, "{query}");
    }
    assert_eq!(stage.get("/v1/groups/none/patients?status=regular").await.problem(), "404 not-found");
}

#[tokio::test]
async fn a_condition_that_needs_masters_is_refused_until_they_are_there() {
    let stage = Stage::new().await;
    let icd10 = r#"{"groups":[{"id":"htn","name":"高血圧","at_risk_after":{"days":60},"dropped_out_after":{"months":6},
        "match":{"disease":{"icd10":["I10"]}}}]}"#;
    stage.files.delete("codes/current").await.unwrap();
    assert_eq!(put(&stage, "\"0\"", icd10).await.problem(), "422 invalid-groups");
    stage.files.put("codes/current", codes::Codes::excerpt().to_bytes(), "application/octet-stream").await.unwrap();
    assert_eq!(put(&stage, "\"0\"", icd10).await.status, StatusCode::OK);
}
