use std::time::{Duration, Instant};

use delivery::{LinkToken, MessageId, TryLimits};

use super::stage::{Browser, Stage, token};
use crate::Settings;

/// How many times each link is asked.
const N: usize = 60;

/// Each time is the shortest of so many: other programs on the machine interrupt some.
const TRIES: usize = 5;

/// Limits that nobody meets here.
fn without_limits() -> Settings {
    let without = |it: TryLimits| TryLimits { free: u32::MAX, ..it };
    let settings = Settings::default();
    Settings {
        tries_of_link: without(settings.tries_of_link),
        tries_of_source: without(settings.tries_of_source),
        ..settings
    }
}

/// By how much a link that is known, one that is over and one that nobody has are told apart, by the longest
/// time but for the slowest twentieth of each. They are asked in turns, so that what disturbs falls on all.
async fn apart(stage: &Stage, what: &str, ask: impl AsyncFn(&Stage, &LinkToken) -> Duration) -> Duration {
    let unknown = LinkToken::of(b"another", &MessageId::parse(&"b".repeat(32)).unwrap());
    let links = [token(1), token(3), unknown];
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..N {
        for (link, times) in links.iter().zip(&mut times) {
            let mut shortest = Duration::MAX;
            for _ in 0..TRIES {
                shortest = shortest.min(ask(stage, link).await);
            }
            times.push(shortest);
        }
    }
    let p95 = times.map(|mut it: Vec<Duration>| {
        it.sort();
        it[N * 95 / 100]
    });
    eprintln!("{what}: known {:?}, over {:?}, unknown {:?}", p95[0], p95[1], p95[2]);
    p95.iter().max().unwrap().saturating_sub(*p95.iter().min().unwrap())
}

async fn post(stage: &Stage, link: &LinkToken, route: &str, page: &str, fields: &[(&str, &str)]) -> Duration {
    let mut browser = Browser::new();
    let path = format!("/m/{}", link.as_str());
    let form = browser.get(stage, &format!("{path}{page}")).await.form();
    let fields = [fields, &[("form", form["form"].as_str())]].concat();
    let started = Instant::now();
    browser.post(stage, &format!("{path}/{route}"), &fields).await;
    started.elapsed()
}

#[tokio::test]
async fn how_long_an_answer_takes_tells_nobody_whether_there_is_such_a_link() {
    let stage = Stage::with(without_limits()).await;
    let question = apart(&stage, "the question", async |stage, link| {
        let path = format!("/m/{}", link.as_str());
        let started = Instant::now();
        Browser::new().get(stage, &path).await;
        started.elapsed()
    });
    let wrong = [("year", "1960"), ("month", "4"), ("day", "2")];
    let question = question.await;
    let answer = apart(&stage, "a wrong date", async |stage, link| post(stage, link, "birth-date", "", &wrong).await);
    let answer = answer.await;
    let stop =
        apart(&stage, "a stop", async |stage, link| post(stage, link, "stop", "/stop", &[("what", "all")]).await);
    let stop = stop.await;
    for (what, apart) in [("the question", question), ("a wrong date", answer), ("a stop", stop)] {
        assert!(apart < Duration::from_millis(5), "{what} tells links apart by {apart:?}");
    }
}
