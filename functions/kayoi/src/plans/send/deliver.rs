use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use careplan::exchange::{BundleId, BundleResult, BundleStatus, Outcome, TransferState};

use super::Bundle;
use crate::{
    plans::{office::Office, steps::step},
    upload::Refused,
};

/// How long a person waits for a result: longer than the service waits for files.
pub(super) const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// How long an old result of a name that a person chose may stay before it is the new one.
const SAME_RESULT_PATIENCE: Duration = Duration::from_secs(30);

/// Tries of one bundle; each that failed has left its result.
const MAX_TRIES: u32 = 1000;

/// Waits between looks for a result: soon first, then less often.
const LOOKS: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

/// Sends bundles and waits for what becomes of them.
pub(in crate::plans) struct Delivery<'a> {
    pub(in crate::plans) office: &'a Office,
    pub(in crate::plans) patience: Duration,
}

/// Whether every destination got everything.
pub(in crate::plans) fn is_delivered(result: &BundleResult) -> bool {
    result.status == BundleStatus::Done
        && result.lost.is_empty()
        && result.sends.iter().all(|it| it.outcome == Outcome::Delivered)
}

impl Delivery<'_> {
    /// Sends `bundle` under `id`, or else under the name of its content, and returns its result once
    /// it is no longer waiting. What was delivered before is not sent again.
    pub(in crate::plans) fn send(&self, bundle: &Bundle, id: Option<&BundleId>) -> anyhow::Result<BundleResult> {
        if let Some(id) = id {
            let before = self.office.bundle_result(id)?;
            self.upload(bundle, id)?;
            return self.result(id, before.as_ref());
        }
        // A name whose result says failure is used up: under it, the old result could not be told
        // from the new one.
        for number in 1..=MAX_TRIES {
            let id = bundle.id(number)?;
            match self.office.bundle_result(&id)? {
                Some(result) if is_delivered(&result) && !self.is_taken_back(&result)? => return Ok(result),
                Some(result) if result.status != BundleStatus::Waiting => {}
                _ => {
                    self.upload(bundle, &id)?;
                    return self.result(&id, None);
                }
            }
        }
        bail!("同じ内容の送信が{MAX_TRIES}回失敗しています。内容を直すか、--bundle で名前を指定してください")
    }

    /// Whether something of what was delivered was withdrawn since: its old result tells no longer.
    fn is_taken_back(&self, result: &BundleResult) -> anyhow::Result<bool> {
        for id in result.sends.iter().filter_map(|it| it.transfer.as_ref()) {
            if self.office.transfer(id)?.state == TransferState::Withdrawn {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts the files, and the marker last.
    fn upload(&self, bundle: &Bundle, id: &BundleId) -> anyhow::Result<()> {
        let marker = bundle.marker(id.clone());
        let places = self.office.bundle_places(id, &marker.files)?;
        for file in &bundle.files {
            let place = places.files.iter().find(|it| it.name == file.name);
            let place = place.context("APIの答えに送り先がありません")?;
            step();
            self.office.put(&place.place, &file.bytes)?;
        }
        step();
        self.office.put(&places.marker, &serde_json::to_vec_pretty(&marker)?)?;
        step();
        Ok(())
    }

    fn result(&self, id: &BundleId, before: Option<&BundleResult>) -> anyhow::Result<BundleResult> {
        let since = Instant::now();
        for look in 0.. {
            match self.office.bundle_result(id) {
                Ok(Some(result)) if result.status != BundleStatus::Waiting => {
                    if before != Some(&result) || since.elapsed() > SAME_RESULT_PATIENCE {
                        return Ok(result);
                    }
                }
                Ok(_) => {}
                // Everything lies in its place: a pause of the network does not change that.
                Err(err) if Refused::status_of(&err).is_none_or(|it| it == 429 || it >= 500) => {}
                Err(err) => return Err(err),
            }
            if since.elapsed() > self.patience {
                break;
            }
            thread::sleep(*LOOKS.get(look).unwrap_or(&LOOKS[LOOKS.len() - 1]));
        }
        bail!("送信の結果がまだありません。ファイルは届いています。同じコマンドをもう一度実行すると続きから確かめます")
    }
}
