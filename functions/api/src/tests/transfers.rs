use axum::http::StatusCode;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    office_stage::{ACTUALS, CARE_MANAGER, DAY_CARE, HOME_HELP, MAP, Parcel, texts},
    stage::{Stage, now},
    uploads::check_fields,
};

/// A transfer's state as its sender and as its receiver sees it.
async fn states(stage: &Stage, path: &str) -> [String; 2] {
    let mut states = Vec::new();
    for office in [HOME_HELP, CARE_MANAGER] {
        let view = stage.get_as(office, path).await.json();
        let text = |field: &str| view[field].as_str().unwrap_or("-").to_owned();
        states.push(format!("{} {} {} {}", text("direction"), text("state"), text("state_name"), text("data_state")));
    }
    states.try_into().unwrap()
}

#[tokio::test]
async fn every_state_is_seen_from_both_sides() {
    let stage = Stage::of_offices().await;
    let path = stage.deliver(&ACTUALS).await;
    assert_eq!(states(&stage, &path).await, ["sent delivered 配達済 未", "received delivered 配達済 未"]);
    let sent = stage.get_as(HOME_HELP, &path).await.json();
    assert_eq!((&sent["may_have_been_read"], &sent["bundle"]), (&true.into(), &"b-1".into()));
    assert!(sent["state_note"].as_str().unwrap().starts_with("読まれた可能性あり"));
    let received = stage.get_as(CARE_MANAGER, &path).await.json();
    assert_eq!((&received["may_have_been_read"], &received["bundle"]), (&true.into(), &Value::Null));
    assert_eq!((&received["state_note"], &received["note"]), (&Value::Null, &"至急".into()));
    assert_eq!((&received["kind"], &received["standard"]), (&"actuals".into(), &"v4".into()));
    assert_eq!(received["files"][0]["name"], ACTUALS.files[0].0);

    let fetched = stage.post_as(CARE_MANAGER, &format!("{path}/fetch"), "").await;
    assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.text);
    assert_eq!(states(&stage, &path).await, ["sent fetched 取得済 済", "received fetched 取得済 済"]);
    let sent = stage.get_as(HOME_HELP, &path).await.json();
    assert_eq!((&sent["may_have_been_read"], &sent["state_note"]), (&false.into(), &Value::Null));
    assert_eq!(sent["fetched_at"], "2026-11-23T01:00:00Z");

    let rejected = r#"{"result":"rejected","reasons":[{"file":"UPJSK","line":3,"message":"利用者が未登録"}]}"#;
    stage.post_as(CARE_MANAGER, &format!("{path}/answer"), rejected).await;
    assert_eq!(states(&stage, &path).await, ["sent rejected 取込不可 済", "received rejected 取込不可 済"]);
    let answer = stage.get_as(HOME_HELP, &path).await.json()["answer"].clone();
    assert_eq!((&answer["reasons"][0]["line"], &answer["rows"]), (&3.into(), &Value::Null));

    stage.post_as(CARE_MANAGER, &format!("{path}/answer"), r#"{"result":"imported","rows":2}"#).await;
    assert_eq!(states(&stage, &path).await, ["sent imported 取込済 済", "received imported 取込済 済"]);
    assert_eq!(stage.get_as(HOME_HELP, &path).await.json()["answer"]["rows"], 2);
}

#[tokio::test]
async fn what_is_still_sent_is_nothing_to_its_receiver() {
    let stage = Stage::of_offices().await;
    let id = stage.begin(&ACTUALS).await;
    let path = format!("/v1/transfers/{id}");
    assert_eq!(stage.get_as(HOME_HELP, &path).await.json()["state"], "sending");
    assert_eq!(stage.get_as(CARE_MANAGER, &path).await.problem(), "404 not-found");
    for (action, body) in [("fetch", ""), ("answer", r#"{"result":"imported"}"#)] {
        assert_eq!(stage.post_as(CARE_MANAGER, &format!("{path}/{action}"), body).await.problem(), "404 not-found");
    }
    let received = stage.get_as(CARE_MANAGER, "/v1/transfers?list=received").await.json();
    assert_eq!(received, json!({"transfers": [], "next": null}));
}

#[tokio::test]
async fn lists_are_paged_the_newest_first() {
    let stage = Stage::of_offices().await;
    let mut delivered = Vec::new();
    for after_s in [0, 10, 20] {
        delivered.insert(0, stage.deliver(&Parcel { after_s, ..ACTUALS }).await.replace("/v1/transfers/", ""));
    }
    stage.deliver(&MAP).await;
    for (office, list) in [(HOME_HELP, "sent"), (CARE_MANAGER, "received")] {
        let first = stage.get_as(office, &format!("/v1/transfers?list={list}&limit=2")).await.json();
        let next = first["next"].as_str().unwrap();
        let rest = stage.get_as(office, &format!("/v1/transfers?list={list}&limit=2&cursor={next}")).await.json();
        let ids = [texts(&first["transfers"], "id"), texts(&rest["transfers"], "id")].concat();
        assert_eq!((ids, &rest["next"]), (delivered.clone(), &Value::Null), "{list}");
        assert_eq!(first["transfers"][0]["direction"], list);
    }
    for query in ["", "?list=x", "?list=sent&cursor=YQ", "?list=sent&limit=x", "?list=sent&office=9970200011"] {
        assert_eq!(stage.get_as(HOME_HELP, &format!("/v1/transfers{query}")).await.problem(), "422 invalid-fields");
    }
}

#[tokio::test]
async fn a_fetch_gives_an_address_for_each_file_and_a_repeat_changes_nothing() {
    let stage = Stage::of_offices().await;
    let path = stage.deliver(&MAP).await;
    let id = path.rsplit_once('/').unwrap().1;
    let fetched = stage.post_as(HOME_HELP, &format!("{path}/fetch"), "").await;
    let answer = fetched.json();
    assert_eq!((&answer["files"][0]["name"], &answer["transfer"]["state"]), (&"a1.pdf".into(), &"fetched".into()));
    assert_eq!(answer["files"][0]["display_name"], "元の名前 a1.pdf");
    let address = async |name: &str| {
        let key = format!("inbox/{HOME_HELP}/{id}/{name}");
        stage.files.presigned_get(&key, now(), Timestamp::MAX).await.unwrap()
    };
    assert_eq!(answer["files"][0]["url"], address("a1.pdf").await);
    assert_eq!(answer["note_url"], address("_transfer.json").await);
    assert_eq!(answer["expires_at"], "2026-11-23T01:10:00Z");
    assert_eq!(stage.post_as(HOME_HELP, &format!("{path}/fetch"), "").await.text, fetched.text);
    for office in [CARE_MANAGER, DAY_CARE] {
        assert_eq!(stage.post_as(office, &format!("{path}/fetch"), "").await.problem(), "404 not-found");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused_and_imported_is_never_taken_back() {
    let stage = Stage::of_offices().await;
    let path = format!("{}/answer", stage.deliver(&ACTUALS).await);
    let answer = async |office: &str, body: &str| stage.post_as(office, &path, body).await;
    let many = json!({"result": "imported", "reasons": vec![json!({"message": "a"}); 101]}).to_string();
    let long = json!({"result": "imported", "reasons": [{"message": "長".repeat(501)}]}).to_string();
    let large = format!(r#"{{"result":"imported"{}}}"#, " ".repeat(64 * 1024));
    for (body, expected) in [
        ("{}", "result"),
        (r#"{"result":"done"}"#, "result"),
        (r#"{"result":"rejected"}"#, "reasons"),
        (r#"{"result":"imported","transfer":"x"}"#, "body"),
        (many.as_str(), "reasons"),
        (&long, "reasons"),
        (&large, "body"),
    ] {
        check_fields(&answer(CARE_MANAGER, body).await, expected);
    }
    let imported = r#"{"result":"imported","rows":2}"#;
    for office in [HOME_HELP, DAY_CARE] {
        assert_eq!(answer(office, imported).await.problem(), "404 not-found");
    }
    let first = answer(CARE_MANAGER, imported).await;
    assert_eq!(first.json()["state"], "imported", "{}", first.text);
    let repeated = answer(CARE_MANAGER, imported).await;
    assert_eq!((repeated.status, repeated.text), (StatusCode::OK, first.text));
    let rejected = r#"{"result":"rejected","reasons":[{"message":"a"}]}"#;
    assert_eq!(answer(CARE_MANAGER, rejected).await.problem(), "409 already-imported");
}

#[tokio::test]
async fn a_sender_withdraws_what_was_not_fetched() {
    let stage = Stage::of_offices().await;
    let path = stage.deliver(&ACTUALS).await;
    for office in [CARE_MANAGER, DAY_CARE] {
        assert_eq!(stage.post_as(office, &format!("{path}/withdraw"), "").await.problem(), "404 not-found");
    }
    let withdrawn = stage.post_as(HOME_HELP, &format!("{path}/withdraw"), "").await;
    assert_eq!(withdrawn.json()["withdrawn_at"], "2026-11-23T01:00:00Z", "{}", withdrawn.text);
    assert_eq!(stage.post_as(HOME_HELP, &format!("{path}/withdraw"), "").await.text, withdrawn.text);
    assert_eq!(states(&stage, &path).await, ["sent withdrawn 取消 未", "received withdrawn 取消 未"]);
    for (action, body) in [("fetch", ""), ("answer", r#"{"result":"imported"}"#)] {
        let answer = stage.post_as(CARE_MANAGER, &format!("{path}/{action}"), body).await;
        assert_eq!(answer.problem(), "409 transfer-withdrawn");
        assert!(!answer.text.contains("files.invalid"), "{}", answer.text);
    }
}

#[tokio::test]
async fn of_a_fetch_and_a_withdrawal_at_once_one_is_refused() {
    for _ in 0..20 {
        let stage = Stage::of_offices().await;
        let path = stage.deliver(&ACTUALS).await;
        let (fetch, withdraw) = (format!("{path}/fetch"), format!("{path}/withdraw"));
        let (fetched, withdrawn) =
            tokio::join!(stage.post_as(CARE_MANAGER, &fetch, ""), stage.post_as(HOME_HELP, &withdraw, ""));
        match fetched.status {
            StatusCode::OK => assert_eq!(withdrawn.problem(), "409 already-fetched"),
            _ => assert_eq!((fetched.problem(), withdrawn.status), ("409 transfer-withdrawn".into(), StatusCode::OK)),
        }
    }
}

#[tokio::test]
async fn after_a_fetch_a_deletion_is_made_instead() {
    let stage = Stage::of_offices().await;
    let path = stage.deliver(&ACTUALS).await;
    stage.post_as(CARE_MANAGER, &format!("{path}/fetch"), "").await;
    let refused = stage.post_as(HOME_HELP, &format!("{path}/withdraw"), "").await;
    assert_eq!(refused.problem(), "409 already-fetched");
    let detail = "相手が取得した後は取り消せません。削除ファイル（DLT…）を送ってください。";
    assert_eq!(refused.json()["detail"], detail);

    let deletion = stage.get_as(HOME_HELP, &format!("{path}/deletion")).await.json();
    let file = &deletion["files"][0];
    // Ten in the morning in Tokyo.
    assert_eq!(file["name"], "DLTJSK_202505_9970200011_11_9970100013_43_20261123100000.CSV");
    let content = BASE64_STANDARD.decode(file["content_base64"].as_str().unwrap()).unwrap();
    assert_eq!(content, b"202407,990010,3280387013,202505,9970200011,11\r\n");
    for office in [CARE_MANAGER, DAY_CARE] {
        assert_eq!(stage.get_as(office, &format!("{path}/deletion")).await.problem(), "404 not-found");
    }
}

#[tokio::test]
async fn there_is_no_deletion_of_attachments_or_of_what_is_gone() {
    let stage = Stage::of_offices().await;
    let map = stage.deliver(&MAP).await;
    assert_eq!(stage.get_as(CARE_MANAGER, &format!("{map}/deletion")).await.problem(), "422 no-deletion");
    let sending = stage.begin(&ACTUALS).await;
    let path = format!("/v1/transfers/{sending}/deletion");
    assert_eq!(stage.get_as(HOME_HELP, &path).await.problem(), "422 no-deletion");
}
