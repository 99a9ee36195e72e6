use axum::http::{Method, StatusCode, header};
use ledger::{ErasureRow, IdentityKey};

use super::stage::{Answer, Stage, clinic_id, patient_id};

async fn with_patients() -> Stage {
    let stage = Stage::new().await;
    stage.set_groups("one").await;
    stage.add_patients("one", "秘密").await;
    stage.add_member("one", "123", "秘密　一郎", "2026-10-05").await;
    stage.add_phone("one", "45", "09012345678").await;
    stage.apply("one", 0).await;
    stage
}

async fn put(stage: &Stage, path: &str, body: &str) -> Answer {
    stage.ask("one", Method::PUT, path, &[], body).await
}

/// The patients found by `query`, by chart number.
async fn check_search(stage: &Stage, query: &str, expected: &str) {
    let answer = stage.get(&format!("/v1/patients?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    let page = answer.json();
    let charts = page["patients"].as_array().unwrap().iter().map(|it| it["chart_number"].as_str().unwrap_or("-"));
    assert_eq!(charts.collect::<Vec<&str>>().join(" "), expected, "{query}");
}

#[tokio::test]
async fn patients_are_found_by_what_people_know_of_them() {
    let stage = with_patients().await;
    check_search(&stage, "", "123 - 45").await;
    check_search(&stage, "q=00123", "123").await;
    check_search(&stage, "q=%EF%BC%94%EF%BC%95", "45").await;
    // 秘密花子, without the space; ﾋﾐﾂﾊﾅ in half width; ひみつはな.
    check_search(&stage, "q=%E7%A7%98%E5%AF%86%E8%8A%B1%E5%AD%90", "45").await;
    check_search(&stage, "q=%EF%BE%8B%EF%BE%90%EF%BE%82%EF%BE%8A%EF%BE%85", "45").await;
    check_search(&stage, "q=%E3%81%B2%E3%81%BF%E3%81%A4%E3%81%AF%E3%81%AA", "45").await;
    check_search(&stage, "q=5678", "45").await;
    check_search(&stage, "q=678", "").await;
    check_search(&stage, "disease=8833421", "123").await;
    check_search(&stage, "disease=I10", "123").await;
    check_search(&stage, "disease=E11", "").await;
    check_search(&stage, "group=htn", "123").await;
    check_search(&stage, "group=htn&status=regular", "123").await;
    check_search(&stage, "status=at_risk", "").await;
}

#[tokio::test]
async fn found_patients_are_paged_by_kana() {
    let stage = with_patients().await;
    let first = stage.get("/v1/patients?limit=2").await.json();
    let next = first["next"].as_str().unwrap();
    check_search(&stage, &format!("limit=2&cursor={next}"), "45").await;
}

#[tokio::test]
async fn a_search_that_cannot_be_made_is_refused() {
    let stage = with_patients().await;
    for query in ["group=none", "status=x", "disease=%E9%A0%AD", "limit=0", "cursor=YQ", "name=a"] {
        assert_eq!(stage.get(&format!("/v1/patients?{query}")).await.problem(), "422 invalid-fields", "{query}");
    }
}

#[tokio::test]
async fn a_patients_page_has_names_and_reasons() {
    let stage = with_patients().await;
    let page = stage.get("/v1/patients/patient-one-123").await.json();
    assert_eq!((&page["name"], &page["last_visit"]), (&"秘密　一郎".into(), &"2026-10-05".into()), "{page}");
    assert_eq!((&page["visits"][0]["date"], &page["visits"][0]["source"]), (&"2026-10-05".into(), &"receipt".into()));
    assert_eq!((&page["diseases"][0]["code"], &page["diseases"][0]["name"]), (&"8833421".into(), &"高血圧症".into()));
    assert_eq!((&page["drugs"][0]["name"], &page["drugs"][0]["times"]), (&"メトグルコ錠２５０ｍｇ".into(), &14.into()));
    assert_eq!((&page["half_year"][4]["month"], &page["half_year"][4]["n_days"]), (&"2026-10".into(), &1.into()));
    assert_eq!(
        (&page["groups"][0]["group"], &page["groups"][0]["because"][0]["name"]),
        (&"htn".into(), &"高血圧症".into())
    );
    assert_eq!((&page["identities"][0]["chart_number"], &page["data_through"]), (&"123".into(), &"2026-10-31".into()));
    assert_eq!(stage.get("/v1/patients/none").await.problem(), "404 not-found");
    assert_eq!(stage.get("/v1/patients/A%23B").await.problem(), "404 not-found");
}

#[tokio::test]
async fn an_export_has_the_receipts_as_they_were_uploaded_and_nobody_elses() {
    let stage = with_patients().await;
    let export = stage.get("/v1/patients/patient-one-123/export").await;
    let text = export.json()["uploaded"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with("RE,1,") && text.contains("秘密　一郎") && !text.contains("花子"), "{text}");
    assert!(!export.text.contains("花子"));
}

#[tokio::test]
async fn a_note_is_shown_in_the_lists_while_it_holds() {
    let stage = with_patients().await;
    let path = "/v1/patients/patient-one-123/contacted";
    let set = put(&stage, path, r#"{"kind":"contacted","note":"電話した","until":"2026-11-23"}"#).await;
    assert_eq!((set.status, &set.headers[header::ETAG]), (StatusCode::OK, &"\"1\"".parse().unwrap()), "{}", set.text);
    let listed = async || {
        let list = stage.get("/v1/groups/htn/patients?status=regular").await.json();
        list["patients"][0]["contacted"]["note"].clone()
    };
    assert_eq!(listed().await, "電話した");

    let over =
        async |tag: &str| stage.ask("one", Method::PUT, path, &[("If-Match", tag)], r#"{"kind":"not_needed"}"#).await;
    assert_eq!(over("\"0\"").await.problem(), "409 conflict");
    assert_eq!(over("\"1\"").await.status, StatusCode::OK);
    assert_eq!(stage.ask("one", Method::DELETE, path, &[], "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(listed().await, serde_json::Value::Null);
    assert!(stage.refreshes().is_empty());
}

#[tokio::test]
async fn a_note_that_cannot_be_kept_is_refused() {
    let stage = with_patients().await;
    let long = format!(r#"{{"kind":"contacted","note":"{}"}}"#, "あ".repeat(501));
    for body in [
        &*long,
        "{}",
        r#"{"kind":"x"}"#,
        r#"{"kind":"contacted","until":"2026-11-22"}"#,
        r#"{"kind":"contacted","until":"x"}"#,
        r#"{"kind":"contacted","by":"me"}"#,
    ] {
        assert_eq!(
            put(&stage, "/v1/patients/patient-one-123/contacted", body).await.problem(),
            "422 invalid-fields",
            "{body}"
        );
    }
    let unknown = put(&stage, "/v1/patients/none/contacted", r#"{"kind":"contacted"}"#).await;
    assert_eq!(unknown.problem(), "404 not-found");
}

#[tokio::test]
async fn who_is_taken_out_is_kept_and_refreshed() {
    let stage = with_patients().await;
    let path = "/v1/patients/patient-one-123/exclusion";
    let before = stage.ledger.generation(&clinic_id("one")).await.unwrap().row.number;
    let set = put(&stage, path, r#"{"excluded":true,"note":"転院"}"#).await.json();
    assert_eq!((&set["generation"], stage.refreshes()), (&(before + 1).into(), vec![before + 1]));
    assert_eq!(stage.get("/v1/patients/patient-one-123").await.json()["exclusion"]["note"], "転院");
    assert_eq!(put(&stage, path, r#"{"excluded":false}"#).await.status, StatusCode::OK);
    assert!(stage.ledger.exclusions(&clinic_id("one")).await.unwrap().is_empty());
    assert_eq!(put(&stage, path, "{}").await.problem(), "422 invalid-fields");
    assert_eq!(put(&stage, "/v1/patients/none/exclusion", r#"{"excluded":true}"#).await.problem(), "404 not-found");
}

#[tokio::test]
async fn a_merge_can_be_taken_back() {
    let stage = with_patients().await;
    stage.ledger.exclude(&clinic_id("one"), &excluded("none")).await.unwrap().unwrap();
    let merged = stage.post("/v1/patients/patient-one-123/merge", r#"{"other":"patient-one-none"}"#).await;
    assert_eq!((merged.status, &merged.json()["patient"]), (StatusCode::ACCEPTED, &"patient-one-123".into()));
    let links = stage.ledger.links(&clinic_id("one")).await.unwrap().row;
    assert_eq!((links.links.merged.len(), links.given.len()), (1, 2));
    // Whoever was taken out of the lists stays out.
    let exclusions = stage.ledger.exclusions(&clinic_id("one")).await.unwrap();
    assert!(exclusions.iter().any(|it| it.patient == patient_id("one", "123")));

    stage.add_keys("123", &["123", "none"]).await;
    let split = stage.post("/v1/patients/patient-one-123/split", "{}").await;
    assert_eq!(split.status, StatusCode::ACCEPTED, "{}", split.text);
    assert_eq!(stage.ledger.links(&clinic_id("one")).await.unwrap().row, ledger::LinksRow::default());
    assert_eq!(stage.post("/v1/patients/patient-one-123/split", "{}").await.problem(), "422 invalid-fields");
}

fn excluded(chart_number: &str) -> ledger::ExclusionRow {
    let patient = patient_id("one", chart_number);
    ledger::ExclusionRow { patient, note: String::new(), written_at: super::stage::now() }
}

#[tokio::test]
async fn who_is_split_off_by_a_key_gets_an_id() {
    let stage = with_patients().await;
    stage.add_keys("123", &["123", "none"]).await;
    let page = stage.get("/v1/patients/patient-one-123").await.json();
    let key = page["identities"][0]["key"].as_str().unwrap();
    let split = stage.post("/v1/patients/patient-one-123/split", &format!(r#"{{"key":"{key}"}}"#)).await;
    let links = stage.ledger.links(&clinic_id("one")).await.unwrap().row;
    assert_eq!(split.json()["split_off"], links.given[0].1.as_str());
    assert_eq!(links.links.split.len(), 1);
    let unknown = stage.post("/v1/patients/patient-one-123/split", r#"{"key":"x"}"#).await;
    assert_eq!(unknown.problem(), "422 invalid-fields");
}

#[tokio::test]
async fn a_merge_that_makes_no_sense_is_refused() {
    let stage = with_patients().await;
    let merge = async |id: &str, body: &str| stage.post(&format!("/v1/patients/{id}/merge"), body).await.problem();
    assert_eq!(merge("patient-one-123", "{}").await, "422 invalid-fields");
    assert_eq!(merge("patient-one-123", r#"{"other":"patient-one-123"}"#).await, "422 invalid-fields");
    assert_eq!(merge("patient-one-123", r#"{"other":"gone"}"#).await, "404 not-found");
    assert_eq!(merge("gone", r#"{"other":"patient-one-123"}"#).await, "404 not-found");
}

#[tokio::test]
async fn an_erased_patient_leaves_a_proof_and_no_data() {
    let stage = with_patients().await;
    let path = "/v1/patients/patient-one-123";
    put(&stage, &format!("{path}/contacted"), r#"{"kind":"contacted","note":"秘密の話"}"#).await;
    put(&stage, &format!("{path}/exclusion"), r#"{"excluded":true,"note":"秘密の訳"}"#).await;
    stage.post(&format!("{path}/merge"), r#"{"other":"patient-one-45"}"#).await;
    let row = stage.ledger.patient(&clinic_id("one"), &patient_id("one", "123")).await.unwrap().unwrap();
    let _before = stage.refreshes();

    let erased = stage.ask("one", Method::DELETE, path, &[], "").await.json();
    assert_eq!(stage.refreshes(), [erased["generation"].as_u64().unwrap()]);
    assert_eq!(stage.get(path).await.problem(), "404 not-found");
    assert_eq!(stage.ask("one", Method::DELETE, path, &[], "").await.problem(), "404 not-found");

    let identity = IdentityKey::new(b"secret", &clinic_id("one"), &row.keys[0]);
    assert!(stage.ledger.erased(&clinic_id("one")).await.unwrap().contains(&identity));
    let dump = stage.ledger.dump().await.unwrap();
    let of_one = |it: &&String| it.contains("秘密　一郎") || it.contains("ヒミツイチロウ") || it.contains("の話");
    // Somebody else writes the same name without a chart number; that row stays.
    let left: Vec<&String> = dump.iter().filter(of_one).filter(|it| !it.contains("patient-one-none")).collect();
    assert_eq!(left, [] as [&String; 0]);
    let proof: Vec<ErasureRow> = dump
        .iter()
        .filter_map(|it| it.strip_prefix("C#one#D ")?.split_once(" v1 "))
        .map(|it| serde_json::from_str(it.1).unwrap())
        .collect();
    assert_eq!((proof.len(), &erased["proof"]), (1, &proof[0].proof.as_str().into()));
}
