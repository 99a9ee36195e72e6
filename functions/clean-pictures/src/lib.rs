//! Writes pictures of replies anew before staff see them: `picture-inbox/<clinic>/<id>` becomes
//! `pictures/<clinic>/<id>`, made of its pixels alone, or is refused. Either way the file that came is erased.
//!
//! Delivery of notices is at least once and in any order. The reply says what became of a picture, the first
//! time it is told; a file that comes to the same place later is erased unread.

use anyhow::{Context as _, Result};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use files::{Files, PICTURE_MAX_BYTES, PicturePlace, TooLarge, picture_key};
use host::Notice;
use ledger::{ClinicId, Ledger, PictureRow, PictureState};
use picture::{Refused, clean};
use tracing::{info, warn};

/// What the function works with.
pub struct CleanPictures {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
}

/// Takes in the pictures a batch announces, and reports the messages to deliver again.
pub async fn handle(deps: &CleanPictures, event: SqsEvent) -> SqsBatchResponse {
    host::each_message(event, async |body| {
        for notice in host::notices(body)? {
            if !notice.deleted {
                take_in(deps, &notice).await.with_context(|| format!("cleaning {}", host::key_hash(&notice.key)))?;
            }
        }
        Ok(())
    })
    .await
}

async fn take_in(deps: &CleanPictures, notice: &Notice) -> Result<()> {
    let Some((clinic, picture)) = expected(deps, &notice.key).await? else {
        // Nobody was given this place, or the patient is erased: nobody to tell.
        warn!(file.key_hash = host::key_hash(&notice.key), "a picture that nobody sent is erased");
        return erase(deps, &notice.key).await;
    };
    let state = deps.ledger.picture_state(&clinic, &picture).await.context("reading a reply")?;
    if state == Some(PictureState::Waiting) {
        settle(deps, notice, &clinic, &picture).await?;
    }
    erase(deps, &notice.key).await
}

/// Whose place it is.
async fn expected(deps: &CleanPictures, key: &str) -> Result<Option<(ClinicId, PictureRow)>> {
    let Some(place) = PicturePlace::of(key) else { return Ok(None) };
    let Some(clinic) = ClinicId::parse(place.clinic) else { return Ok(None) };
    let picture = deps.ledger.picture(&clinic, place.picture).await.context("reading whose a picture is")?;
    Ok(picture.map(|it| (clinic, it)))
}

async fn settle(deps: &CleanPictures, notice: &Notice, clinic: &ClinicId, picture: &PictureRow) -> Result<()> {
    let read = match &notice.version_id {
        Some(version) => deps.files.get_version(&notice.key, version, PICTURE_MAX_BYTES).await,
        None => deps.files.get(&notice.key, PICTURE_MAX_BYTES).await,
    };
    let cleaned = match read {
        Ok(Some(bytes)) => clean(&bytes),
        // An earlier delivery erased it after it told what became of it, or its time is over.
        Ok(None) => return Ok(()),
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => Err(Refused::TooLarge),
        Err(err) => return Err(err).context("getting a picture"),
    };
    let state = match cleaned {
        Ok(jpeg) => {
            let key = picture_key(clinic.as_str(), &picture.id);
            deps.files.put(&key, jpeg, "image/jpeg").await.context("keeping a picture")?;
            PictureState::Clean
        }
        Err(refused) => {
            info!(file.key_hash = host::key_hash(&notice.key), "a picture is refused: {refused}");
            PictureState::Refused
        }
    };
    let settled = deps.ledger.settle_picture(clinic, picture, state).await.context("noting what became of it")?;
    if settled.is_none() {
        // The patient was erased meanwhile; nobody else looks for what was just kept.
        deps.files.erase(&picture_key(clinic.as_str(), &picture.id)).await.context("erasing a picture of nobody")?;
    }
    info!(file.key_hash = host::key_hash(&notice.key), ?settled, "a picture was cleaned");
    Ok(())
}

async fn erase(deps: &CleanPictures, key: &str) -> Result<()> {
    deps.files.erase(key).await.context("erasing what came")?;
    Ok(())
}
