use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::BundleId;
use crate::OfficeNumber;

/// What `exchange-plans` tells itself through its queue, besides the notices of S3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// Look again whether the files of a bundle are there.
    BundleV1 {
        /// Under whose prefix it lies.
        office: OfficeNumber,
        /// Its folder.
        bundle: BundleId,
        /// The version of its `_send.json`, where the bucket keeps versions.
        version_id: Option<String>,
        /// When that was put: waiting ends some time after.
        closed_at: Timestamp,
    },
}
