use std::collections::BTreeSet;
use std::sync::Mutex;

/// A message as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The JSON.
    pub body: String,
    /// The message group, on a FIFO queue.
    pub group: Option<String>,
    /// What repeats are known by, on a FIFO queue.
    pub deduplication_id: Option<String>,
    /// How long nobody gets it, in seconds.
    pub delay_s: u16,
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<Messages>);

#[derive(Default)]
struct Messages {
    waiting: Vec<Sent>,
    deduplication_ids: BTreeSet<String>,
}

impl Memory {
    pub(crate) fn send_all(&self, messages: Vec<Sent>) {
        let mut queue = self.0.lock().expect("no holder of the lock panics");
        for message in messages {
            let known = match &message.deduplication_id {
                Some(id) => !queue.deduplication_ids.insert(id.clone()),
                None => false,
            };
            if !known {
                queue.waiting.push(message);
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.0.lock().expect("no holder of the lock panics").waiting)
    }
}
