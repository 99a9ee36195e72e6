use ledger::{PartOutcome, UploadStatus};

use super::stage::{Stage, waiting};

#[tokio::test]
async fn uploads_that_wait_or_failed_are_noticed() {
    let stage = Stage::new().await;
    stage.add_upload("one", "a.UKE", "a", PartOutcome::Added).await;
    stage.add_upload("one", "b.UKE", "b", waiting("a")).await;
    let failed = stage.add_upload("one", "c.UKE", "c", PartOutcome::Refused).await;
    stage.set_status(failed, UploadStatus::Failed).await;
    let notices = stage.get("/v1/notices").await.json();
    let shown: Vec<String> = notices["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["code"].as_str().unwrap(), it["upload"]))
        .collect();
    assert_eq!(shown, ["upload-failed 3", "upload-waiting 2"]);
}
