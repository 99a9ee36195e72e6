use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::stack::credential;

/// Looks on as the rows of a table change, whoever changes them: for figures of how much is written.
///
/// It turns the table's stream on. A row put as it was is no change, though AWS would charge it.
#[derive(Debug)]
pub struct Changes {
    endpoint: String,
    /// Where in the stream to read on.
    iterator: String,
}

impl Changes {
    /// Begins to look at `table` of the emulator at `endpoint`.
    ///
    /// # Errors
    ///
    /// When there is no such table.
    pub fn of_table(endpoint: &str, table: &str) -> Result<Self> {
        let specification = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        let update = json!({"TableName": table, "StreamSpecification": specification});
        let updated = call(endpoint, "DynamoDB_20120810.UpdateTable", &update).context("turning a stream on")?;
        let arn = &updated["TableDescription"]["LatestStreamArn"];

        let describe = json!({"StreamArn": arn});
        let described = call(endpoint, "DynamoDBStreams_20120810.DescribeStream", &describe)?;
        let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
        let ask = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let begun = call(endpoint, "DynamoDBStreams_20120810.GetShardIterator", &ask)?;
        let iterator = begun["ShardIterator"].as_str().context("a stream without a beginning")?.to_owned();
        Ok(Self { endpoint: endpoint.to_owned(), iterator })
    }

    /// The partition and sort keys of the rows that changed since the last call, a row once for
    /// each change.
    ///
    /// # Errors
    ///
    /// When the stream cannot be read.
    pub fn take(&mut self) -> Result<Vec<(String, String)>> {
        let mut keys = Vec::new();
        loop {
            let ask = json!({"ShardIterator": self.iterator, "Limit": 1000});
            let page = call(&self.endpoint, "DynamoDBStreams_20120810.GetRecords", &ask)?;
            let records = page["Records"].as_array().context("a stream without records")?;
            keys.extend(records.iter().map(|it| {
                let key = |name: &str| it["dynamodb"]["Keys"][name]["S"].as_str().unwrap_or_default().to_owned();
                (key("pk"), key("sk"))
            }));
            self.iterator = page["NextShardIterator"].as_str().context("a stream without an end")?.to_owned();
            if records.is_empty() {
                return Ok(keys);
            }
        }
    }
}

fn call(endpoint: &str, target: &str, body: &Value) -> Result<Value> {
    let request = ureq::post(format!("{endpoint}/"))
        .header("Authorization", credential("dynamodb"))
        .header("Content-Type", "application/x-amz-json-1.0")
        .header("X-Amz-Target", target);
    let mut response = request.config().http_status_as_error(false).build().send(body.to_string())?;
    let text = response.body_mut().with_config().limit(64 << 20).read_to_string()?;
    ensure!(response.status().is_success(), "the emulator answered {} to {target}: {text}", response.status());
    serde_json::from_str(&text).with_context(|| format!("reading the answer to {target}"))
}
