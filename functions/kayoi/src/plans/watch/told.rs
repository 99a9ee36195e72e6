use std::collections::BTreeMap;

use super::Left;
use crate::Output;

/// Tells people what happens, and what goes on in the same way only once.
#[derive(Default)]
pub(super) struct Told {
    /// What was said last, by what it is about.
    last: BTreeMap<String, String>,
}

impl Told {
    /// Says `message` about `what`, unless it was the last that was said about it.
    pub(super) fn tell(&mut self, output: &mut Output<'_>, what: &str, message: &str) {
        if self.last.get(what).map(String::as_str) == Some(message) {
            return;
        }
        self.last.insert(what.to_owned(), message.to_owned());
        // A watch goes on though nobody listens.
        let _ = writeln!(output.messages, "{}", message.trim_end());
        let _ = output.messages.flush();
    }

    /// Says `message` if nothing was said about `what` before.
    pub(super) fn remind(&mut self, output: &mut Output<'_>, what: &str, message: &str) {
        if !self.last.contains_key(what) {
            self.tell(output, what, message);
        }
    }

    /// Says what went wrong with `what` and may work later.
    pub(super) fn later(&mut self, output: &mut Output<'_>, what: &str, err: &anyhow::Error) -> Left {
        self.tell(output, what, &format!("エラー: {what}: {err:#}"));
        Left::ForLater
    }

    /// Forgets what was said about `what`: it is over.
    pub(super) fn forget(&mut self, what: &str) {
        self.last.remove(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_once_until_it_changes() {
        let (mut data, mut messages, mut told) = (Vec::new(), Vec::new(), Told::default());
        let mut output = Output { data: &mut data, messages: &mut messages, shows_progress: false };
        for message in ["つながりません", "つながりません", "つながりました", "つながりません"]
        {
            told.tell(&mut output, "inbox", message);
        }
        told.tell(&mut output, "outbox", "つながりません");
        told.forget("inbox");
        told.tell(&mut output, "inbox", "つながりません");
        told.remind(&mut output, "inbox", "まだです");
        told.remind(&mut output, "sent", "まだです");
        assert_eq!(String::from_utf8(messages).unwrap().lines().count(), 6);
    }
}
