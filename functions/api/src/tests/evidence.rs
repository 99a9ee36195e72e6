use careplan::exchange::{FactKind, Sealed, verify_log};
use serde_json::{Value, json};

use super::{
    office_stage::{ACTUALS, CARE_MANAGER, DAY_CARE, HOME_HELP, Parcel, seal},
    stage::Stage,
};

fn entries(page: &Value) -> Vec<Sealed> {
    serde_json::from_value(page["entries"].clone()).unwrap()
}

#[tokio::test]
async fn both_sides_can_prove_what_happened() {
    let stage = Stage::of_offices().await;
    let path = stage.deliver(&ACTUALS).await;
    for (action, body) in [("fetch", ""), ("fetch", ""), ("answer", r#"{"result":"imported","rows":2}"#)] {
        stage.post_as(CARE_MANAGER, &format!("{path}/{action}"), body).await;
    }
    let other = stage.deliver(&Parcel { after_s: 10, ..ACTUALS }).await;
    stage.post_as(HOME_HELP, &format!("{other}/withdraw"), "").await;

    use FactKind::*;
    for office in [HOME_HELP, CARE_MANAGER] {
        let page = stage.get_as(office, "/v1/evidence").await.json();
        assert_eq!((&page["key"], &page["next"]), (&seal().key().into(), &Value::Null));
        let read = verify_log(&entries(&page), &seal().key()).unwrap();
        let events: Vec<FactKind> = read.iter().map(|it| it.fact.event).collect();
        assert_eq!(events, [Delivered, Fetched, Imported, Delivered, Withdrawn], "{office}");
    }
    let nothing = stage.get_as(DAY_CARE, "/v1/evidence").await.json();
    assert_eq!(nothing, json!({"key": seal().key(), "entries": [], "next": null}));
}

#[tokio::test]
async fn a_log_is_paged_by_the_numbers_of_its_entries() {
    let stage = Stage::of_offices().await;
    for after_s in 0..5 {
        stage.deliver(&Parcel { after_s, ..ACTUALS }).await;
    }
    let (mut all, mut next) = (Vec::new(), Some(0));
    while let Some(after) = next {
        let page = stage.get_as(HOME_HELP, &format!("/v1/evidence?after={after}&limit=2")).await.json();
        all.extend(entries(&page));
        next = page["next"].as_u64();
    }
    assert_eq!(verify_log(&all, &seal().key()).unwrap().len(), 5);
    let behind = stage.get_as(HOME_HELP, "/v1/evidence?after=99999999999").await.json();
    assert_eq!((entries(&behind), &behind["next"]), (Vec::new(), &Value::Null));
    for query in ["after=x", "after=-1", "after=18446744073709551615", "limit=0", "from=1"] {
        let answer = stage.get_as(HOME_HELP, &format!("/v1/evidence?{query}")).await;
        assert_eq!(answer.problem(), "422 invalid-fields", "{query}");
    }
}
