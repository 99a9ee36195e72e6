use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use tracing::{Instrument, error, info_span};

/// Hands each message's body to `handle`, in order, and reports the messages that failed, so
/// that SQS delivers those alone again.
///
/// The queue's event source must set `ReportBatchItemFailures`; without it SQS deletes the
/// failed messages too.
pub async fn each_message(event: SqsEvent, mut handle: impl AsyncFnMut(&str) -> Result<()>) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        if let Err(id) = one_message(message, &mut handle).await {
            response.batch_item_failures.push(failure(id));
        }
    }
    response
}

/// As [`each_message`], for a FIFO queue: after a failure the rest of that message group go back
/// untried, so that their order holds. Other groups go on.
pub async fn each_message_in_order(
    event: SqsEvent,
    mut handle: impl AsyncFnMut(&str) -> Result<()>,
) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    let mut stopped = BTreeSet::new();
    for message in event.records {
        let group = message.attributes.get("MessageGroupId").cloned().unwrap_or_default();
        if stopped.contains(&group) {
            response.batch_item_failures.push(failure(message.message_id.unwrap_or_default()));
        } else if let Err(id) = one_message(message, &mut handle).await {
            response.batch_item_failures.push(failure(id));
            stopped.insert(group);
        }
    }
    response
}

/// Hands the bodies of all messages to `handle` at once, for work that is cheaper together, and reports those
/// whose result is an error. A result that is missing counts as one.
pub async fn messages_together(
    event: SqsEvent,
    handle: impl AsyncFnOnce(Vec<String>) -> Vec<Result<()>>,
) -> SqsBatchResponse {
    let mut ids = Vec::with_capacity(event.records.len());
    let mut bodies = Vec::with_capacity(event.records.len());
    for message in event.records {
        ids.push(message.message_id.unwrap_or_default());
        bodies.push(message.body.unwrap_or_default());
    }
    let mut results = Box::pin(handle(bodies)).await.into_iter();
    let mut response = SqsBatchResponse::default();
    for id in ids {
        let result = results.next().unwrap_or_else(|| Err(anyhow!("the message was not looked at")));
        if let Err(err) = result {
            info_span!("message", message.id = %id).in_scope(|| error!("message {id} failed: {err:#}"));
            response.batch_item_failures.push(failure(id));
        }
    }
    response
}

/// `Err` is the id of the message, its cause already logged.
async fn one_message(message: SqsMessage, handle: &mut impl AsyncFnMut(&str) -> Result<()>) -> Result<(), String> {
    let id = message.message_id.unwrap_or_default();
    let body = message.body.unwrap_or_default();
    let span = info_span!("message", message.id = %id);
    let handled = Box::pin(handle(&body)).instrument(span.clone()).await;
    handled.map_err(|err| {
        span.in_scope(|| error!("message {id} failed: {err:#}"));
        id
    })
}

/// A failure without an id makes SQS deliver the whole batch again, which is safe.
fn failure(id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = id;
    failure
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A batch of (message id, group, body), as Lambda delivers it.
    fn batch(messages: &[(&str, &str, &str)]) -> SqsEvent {
        let records: Vec<_> = messages
            .iter()
            .map(|(id, group, body)| {
                json!({"messageId": id, "receiptHandle": "r", "body": body, "md5OfBody": "m",
                    "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": group},
                    "messageAttributes": {}, "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:ap-northeast-1:000000000000:q", "awsRegion": "ap-northeast-1"})
            })
            .collect();
        serde_json::from_value(json!({"Records": records})).unwrap()
    }

    fn failed(response: &SqsBatchResponse) -> Vec<&str> {
        response.batch_item_failures.iter().map(|it| it.item_identifier.as_str()).collect()
    }

    const MESSAGES: [(&str, &str, &str); 5] =
        [("1", "a", "good"), ("2", "a", "bad"), ("3", "b", "good"), ("4", "a", "good"), ("5", "b", "good")];

    #[tokio::test]
    async fn only_the_failed_message_goes_back() {
        let mut n_tried = 0;
        let response = each_message(batch(&MESSAGES), async |body| {
            n_tried += 1;
            anyhow::ensure!(body == "good", "a poison message");
            Ok(())
        })
        .await;
        assert_eq!((failed(&response), n_tried), (vec!["2"], 5));
    }

    #[tokio::test]
    async fn the_rest_of_a_failed_group_goes_back_untried() {
        let mut n_tried = 0;
        let response = each_message_in_order(batch(&MESSAGES), async |body| {
            n_tried += 1;
            anyhow::ensure!(body == "good", "a poison message");
            Ok(())
        })
        .await;
        assert_eq!((failed(&response), n_tried), (vec!["2", "4"], 4));
    }

    #[tokio::test]
    async fn together_the_failed_and_the_forgotten_go_back() {
        let response = messages_together(batch(&MESSAGES), async |bodies| {
            let looked_at = &bodies[..4];
            looked_at.iter().map(|it| if it == "good" { Ok(()) } else { Err(anyhow!("a poison message")) }).collect()
        })
        .await;
        assert_eq!(failed(&response), ["2", "5"]);
    }

    #[test]
    fn nothing_failed_is_an_empty_list_and_not_an_absent_one() {
        let response = serde_json::to_value(SqsBatchResponse::default()).unwrap();
        assert_eq!(response, json!({"batchItemFailures": []}));
    }
}
