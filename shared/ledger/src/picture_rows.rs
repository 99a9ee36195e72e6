use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, PictureRef, PictureState, ReplyRow, Versioned,
    keys::Key,
    store::{Expect, Write},
};

/// Whose a picture is, by its id: all that its key in the bucket tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRow {
    /// Random: the last part of its keys below `picture-inbox/<clinic>/` and `pictures/<clinic>/`.
    pub id: String,
    /// Who sends it.
    pub patient: PatientId,
    /// With which reply.
    pub reply: String,
    /// When its place was given.
    pub made_at: Timestamp,
}

/// How often a reply is read again when somebody else writes it.
const ROUNDS: u32 = 8;

impl Ledger {
    /// Gives a picture a place in its reply, which must hold it as read with `version`. Returns `false`, and
    /// changes nothing, when somebody else was first or the patient is gone.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_picture(
        &self,
        clinic: &ClinicId,
        reply: &ReplyRow,
        version: u64,
        picture: &PictureRow,
    ) -> Result<bool> {
        let writes = vec![
            Write::Check { key: Key::patient(clinic, &reply.patient), expect: Expect::Present },
            Write::put(Key::thread_reply(clinic, &reply.patient, &reply.id), reply, Expect::Version(version))?,
            Write::put(Key::picture(clinic, &picture.id), picture, Expect::Absent)?,
        ];
        self.core.transact(writes).await
    }

    /// Whose the picture `id` is; `None` where nobody was given such a place.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn picture(&self, clinic: &ClinicId, id: &str) -> Result<Option<PictureRow>> {
        Ok(self.core.get(Key::picture(clinic, id)).await?.map(|it| it.row))
    }

    /// What became of a picture in its reply; `None` where the reply is gone.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn picture_state(&self, clinic: &ClinicId, picture: &PictureRow) -> Result<Option<PictureState>> {
        let reply = self.reply(clinic, &picture.patient, &picture.reply).await?;
        Ok(reply.and_then(|it| it.row.pictures.iter().find(|it| it.id == picture.id).map(|it| it.state)))
    }

    /// Notes in its reply what became of a picture that waits. Returns what became of it in the end: the first
    /// who says so is right. `None` where the reply is gone.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn settle_picture(
        &self,
        clinic: &ClinicId,
        picture: &PictureRow,
        state: PictureState,
    ) -> Result<Option<PictureState>> {
        for _ in 0..ROUNDS {
            let Some(Versioned { mut row, version }) = self.reply(clinic, &picture.patient, &picture.reply).await?
            else {
                return Ok(None);
            };
            let Some(found) = row.pictures.iter_mut().find(|it: &&mut PictureRef| it.id == picture.id) else {
                return Ok(None);
            };
            if found.state != PictureState::Waiting || state == PictureState::Waiting {
                return Ok(Some(found.state));
            }
            found.state = state;
            if self.save_reply(clinic, &row, version).await? {
                return Ok(Some(state));
            }
        }
        anyhow::bail!("a reply was written by others {ROUNDS} times")
    }
}
