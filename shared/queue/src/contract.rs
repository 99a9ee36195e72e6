//! What every back end must do, told once.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Backend, InOrder, Queue};

/// Panics at the first thing a standard queue does otherwise than promised. It empties the queue,
/// which nothing else may use meanwhile.
#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
pub async fn check(queue: &Queue) {
    received(queue, 0).await;
    queue.send(&BTreeMap::from([("漢字", 1)])).await.unwrap();
    assert_eq!(received(queue, 1).await, [r#"{"漢字":1}"#]);

    queue.send_batch(&[] as &[u8]).await.unwrap();
    assert_eq!(received(queue, 0).await, [] as [&str; 0]);

    let sent_at = std::time::Instant::now();
    queue.send_later(&"later", 1).await.unwrap();
    assert_eq!(received(queue, 1).await, [r#""later""#]);
    if matches!(queue.0, Backend::Sqs(_)) {
        assert!(sent_at.elapsed() > Duration::from_millis(500), "a message came before its time");
    }

    let numbers: Vec<u32> = (100..123).collect();
    queue.send_batch(&numbers).await.unwrap();
    queue.send_batch(&["x".repeat(150_000), "y".repeat(150_000)]).await.unwrap();
    let mut all = received(queue, 25).await;
    all.sort();
    assert_eq!(all.len(), 25);
    assert_eq!(all[0].len(), 150_002);
    assert_eq!(all[2..], numbers.iter().map(u32::to_string).collect::<Vec<_>>());
}

/// As [`check`], for a FIFO queue that has not seen this suite in the last five minutes.
#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
pub async fn check_fifo(queue: &Queue) {
    received(queue, 0).await;
    for _repeat in 0..2 {
        queue.send_fifo(&"a1", "a", "a1").await.unwrap();
    }
    let next = |group: &str, n: u32| InOrder {
        body: format!("{group}{n}"),
        group: group.to_owned(),
        deduplication_id: format!("{group}{n}"),
    };
    let messages: Vec<_> = (1..=12).flat_map(|n| [next("a", n), next("b", n)]).collect();
    queue.send_fifo_batch(&messages).await.unwrap();

    let all = received(queue, 24).await;
    for group in ["a", "b"] {
        let expected: Vec<String> = (1..=12).map(|n| format!("\"{group}{n}\"")).collect();
        let got: Vec<&String> = all.iter().filter(|it| it.contains(group)).collect();
        assert_eq!(got, expected.iter().collect::<Vec<_>>());
    }

    queue.send_fifo(&"a1", "a", "a1").await.unwrap();
    assert_eq!(received(queue, 0).await, [] as [&str; 0]);
}

/// The bodies waiting, taken away; patient until there are `n_expected`.
#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn received(queue: &Queue, n_expected: usize) -> Vec<String> {
    let sqs = match &queue.0 {
        Backend::Memory(memory) => return memory.take().into_iter().map(|it| it.body).collect(),
        Backend::Sqs(sqs) => sqs,
    };
    let mut bodies = Vec::new();
    let mut n_empty = 0;
    while n_empty < if bodies.len() < n_expected { 20 } else { 1 } {
        let receive = sqs.client.receive_message().queue_url(&sqs.url).max_number_of_messages(10);
        let batch = receive.send().await.unwrap();
        if batch.messages().is_empty() {
            n_empty += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        for message in batch.messages() {
            bodies.push(message.body().unwrap().to_owned());
            let receipt = message.receipt_handle().unwrap();
            sqs.client.delete_message().queue_url(&sqs.url).receipt_handle(receipt).send().await.unwrap();
        }
    }
    bodies
}
