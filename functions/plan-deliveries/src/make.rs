//! Makes one message for one patient: what step deliveries and sends to lists have in common.

use anyhow::Result;
use delivery::{
    Composed, Hold, Limits, LinkToken, Made, MessageId, MessageKey, NewMessage, OutboxRow, PlanReason, PlanRow,
    SendWindow, Template, Values, Writing, compose,
};
use jiff::{Timestamp, civil::Date};
use ledger::{Addressee, AttachmentRef, CorrespondenceRow, Making, MessageRow, NewMessageRows, PatientId, Versioned};

use crate::{PlanDeliveries, clinic::Clinic};

/// A message that is to be made.
pub(crate) struct Order<'a> {
    /// What makes it this one and no other.
    pub(crate) key: MessageKey,
    pub(crate) template: &'a Template,
    /// 次回受診予定日 as the text has it.
    pub(crate) next_visit: Option<Date>,
    /// 返信あり.
    pub(crate) takes_reply: bool,
    pub(crate) attachments: Vec<AttachmentRef>,
    pub(crate) window: SendWindow,
    /// What becomes of it when a call stays unclear.
    pub(crate) hold: Hold,
    /// What planning is to know of it, where it is of a step delivery.
    pub(crate) made: Option<Made>,
    /// The plan row that allowed it, as it is from now on, on the version that was read.
    pub(crate) plan_row: Option<Versioned<PlanRow>>,
}

/// What came of an order.
pub(crate) enum Outcome {
    /// It is made, and `correspondence` says so.
    Made { id: MessageId, send_after: Timestamp },
    /// It was made before. `correspondence` is as it was.
    Exists,
    /// Something was written meanwhile: look again.
    Raced,
    /// There is no such message, for this reason.
    NotMade(PlanReason),
}

/// Makes what `order` says for `addressee`: the text with its link, the channel, the row that is the right to send.
///
/// `correspondence` is what was made for the patient, as it was read; it is brought up to date.
pub(crate) async fn make(
    deps: &PlanDeliveries,
    clinic: &Clinic,
    addressee: &Addressee,
    correspondence: &mut Versioned<CorrespondenceRow>,
    order: Order<'_>,
) -> Result<Outcome> {
    let id = MessageId::of(&order.key);
    let token = LinkToken::of(&deps.settings.link_secret, &id);
    let values = values(deps, clinic, addressee, &token, order.next_visit);
    let Addressee { person, reach, .. } = addressee;
    let to = Writing { person, reach, ways: &clinic.rules.ways, day: clinic.today };
    let composed = match compose(order.template, &values, &to) {
        Ok(composed) => composed,
        Err(not_composed) => return Ok(Outcome::NotMade(not_composed.reason())),
    };

    let send_after = clinic.moment.timestamp(order.window.from);
    let outbox = outbox_row(clinic, &addressee.patient.id, &id, &order, &composed);
    let message = message_row(deps, clinic, &addressee.patient.id, &id, &order, composed);
    let mut after = correspondence.clone();
    after.row.add(order.made, order.window.from.date());
    let new = NewMessageRows {
        outbox: &outbox,
        message: &message,
        token: &token,
        correspondence: &after,
        plan_row: order.plan_row.as_ref(),
    };
    Ok(match deps.ledger.make_message(&clinic.id, &new).await? {
        Making::Exists => Outcome::Exists,
        Making::Raced => Outcome::Raced,
        Making::Made => {
            *correspondence = Versioned { version: after.version + 1, row: after.row };
            Outcome::Made { id, send_after }
        }
    })
}

fn values(
    deps: &PlanDeliveries,
    clinic: &Clinic,
    addressee: &Addressee,
    token: &LinkToken,
    next_visit: Option<Date>,
) -> Values {
    let name = &addressee.patient.name;
    Values {
        clinic_name: clinic.name.clone(),
        patient_name: (!name.is_empty()).then(|| name.clone()),
        line_link: Some(token.line_page(&deps.pages_url)),
        next_visit,
        reply_page: token.page(&deps.pages_url),
    }
}

fn outbox_row(
    clinic: &Clinic,
    patient: &PatientId,
    id: &MessageId,
    order: &Order<'_>,
    composed: &Composed,
) -> OutboxRow {
    let new = NewMessage {
        id: id.clone(),
        clinic: clinic.id.to_string(),
        body: patient.to_string(),
        channel: composed.choice.channel,
        fallback: order.key.fallback,
        send_after: clinic.moment.timestamp(order.window.from),
        send_before: clinic.moment.timestamp(order.window.before),
        hold: order.hold,
    };
    OutboxRow::pending(new, &Limits::default())
}

fn message_row(
    deps: &PlanDeliveries,
    clinic: &Clinic,
    patient: &PatientId,
    id: &MessageId,
    order: &Order<'_>,
    composed: Composed,
) -> MessageRow {
    let send_before = clinic.moment.timestamp(order.window.before);
    MessageRow {
        id: id.clone(),
        patient: patient.clone(),
        delivery: order.key.delivery.clone(),
        subject: composed.rendered.subject,
        body: composed.rendered.body,
        takes_reply: order.takes_reply,
        attachments: order.attachments.clone(),
        trigger: order.key.trigger.clone(),
        repetition: order.key.repetition,
        fallback: order.key.fallback,
        sent_to: None,
        made_at: clinic.moment.now,
        opens_until: send_before.checked_add(deps.settings.link_life).unwrap_or(Timestamp::MAX),
        read_at: None,
    }
}
