use axum::http::StatusCode;
use insta::assert_snapshot;

use super::stage::Stage;

#[tokio::test]
async fn a_preview_says_what_a_roster_would_do_and_writes_nothing() {
    let stage = Stage::new().await;
    stage.add_patients("one", "検証").await;
    stage.add_phone("one", "1", "09000000001").await;
    let before = stage.ledger.dump().await.unwrap();
    let csv = "診察券番号,氏名,携帯電話\n1,検証 一郎,090-0000-0002\n77,検証 新,\n78,検証 誤,12\n";
    let preview = stage.post("/v1/rosters/preview", csv).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    let preview = preview.json();
    let counts = ["n_new", "n_changed", "n_unchanged", "n_rejected"].map(|it| preview[it].to_string()).join(" ");
    assert_snapshot!(format!("{} {counts}", preview["kind"]), @r#""patients" 1 1 0 1"#);
    assert_eq!(preview["rejected"][0]["line"], 4);
    assert_eq!(stage.ledger.dump().await.unwrap(), before);
}

#[tokio::test]
async fn a_preview_of_what_is_no_roster_says_what_is_needed() {
    let stage = Stage::new().await;
    let answer = stage.post("/v1/rosters/preview", "品目,数量\n").await;
    assert_eq!(answer.problem(), "422 invalid-fields");
    assert!(answer.text.contains("診察券番号"), "{}", answer.text);
}
