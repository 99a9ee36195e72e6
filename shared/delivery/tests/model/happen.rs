use delivery::{Event, ReasonCode, Report, StaffDecision};

use super::row::{Age, DAY, Lease, NOW, Row};
use super::rules::Rule;
use super::system::{Action, System};
use super::world::{CallEnd, Key, Worker, World};

impl System {
    /// Whether nobody will ever look at an undecided message again.
    pub(crate) fn is_lost(&self, world: &World) -> bool {
        let is_quiet = world.n_announced == 0 && world.workers == [Worker::Idle; 2] && world.left.ticks == 0;
        let Some(row) = world.row else { return is_quiet };
        if !is_quiet || row.is_decided() {
            return false;
        }
        let aged = if row.lease == Lease::Held { Row { lease: Lease::Over, ..row } } else { row };
        match self.rule.step(aged, self.channel, &Event::Sweep) {
            Ok(after) => after.row == aged && !after.announces,
            Err(_) => true,
        }
    }

    pub(crate) fn happen(&self, world: &mut World, action: Action) -> Option<()> {
        match action {
            Action::Tick { announces } => {
                world.left.ticks -= 1;
                world.row.get_or_insert(Row::pending(self.hold));
                if announces {
                    world.announce();
                } else {
                    world.left.crashes -= 1;
                }
            }
            Action::Duplicate => {
                world.left.duplicates -= 1;
                world.announce();
            }
            Action::Receive(index) => {
                world.n_announced -= 1;
                world.workers[index] = Worker::Lease;
            }
            Action::Lease(index) => {
                let row = world.row?;
                if row.attempt == self.n_attempts {
                    return None;
                }
                let is_leased = self.apply(world, &Event::Lease { owner: String::new(), channel: self.channel });
                let attempt = row.attempt + 1;
                world.workers[index] = if is_leased { Worker::Start { attempt } } else { Worker::Delete };
            }
            Action::Start(index) => {
                let Worker::Start { attempt } = world.workers[index] else { return None };
                let may_call = self.apply(world, &Event::Start { attempt: u32::from(attempt) });
                let key = world.row?.n_resends;
                let calls = may_call || self.rule == Rule::StartNotAsked;
                world.workers[index] = if calls { Worker::Call { attempt, key } } else { Worker::Delete };
            }
            Action::Call(index, end) => {
                let Worker::Call { attempt, key } = world.workers[index] else { return None };
                if matches!(end, CallEnd::Refused | CallEnd::RefusedForGood) {
                    world.left.refusals -= 1;
                }
                let answer = world.provider.call(self.channel, key, end);
                world.workers[index] = Worker::Settle { attempt, answer };
            }
            Action::Settle(index) => {
                let Worker::Settle { attempt, answer } = world.workers[index] else { return None };
                let event = Event::Settled { attempt: u32::from(attempt), outcome: answer.outcome() };
                self.apply(world, &event);
                world.workers[index] = Worker::Delete;
            }
            Action::Delete(index) => world.workers[index] = Worker::Idle,
            Action::Crash(index) => {
                world.left.crashes -= 1;
                world.workers[index] = Worker::Idle;
                world.announce();
            }
            Action::LeaseEnds => world.row.as_mut()?.lease = Lease::Over,
            Action::KeyGrowsOld => {
                let row = world.row.as_mut()?;
                row.first_call = row.first_call.a_day_later();
                for key in &mut world.provider.keys {
                    key.age = key.age.a_day_later();
                }
            }
            Action::KeyForgotten => {
                for key in world.provider.keys.iter_mut().filter(|it| it.age == Age::Old) {
                    *key = Key::UNKNOWN;
                }
            }
            Action::TimeIsOver => world.row.as_mut()?.is_too_late = true,
            Action::Expire => {
                self.apply(world, &Event::Expire);
            }
            Action::OptOut => {
                self.apply(world, &Event::Cancel { reason: ReasonCode::default() });
            }
            Action::EventArrives => {
                world.provider.has_event = false;
                self.apply(world, &Event::Reported { report: Report::Accepted, provider_id: None });
            }
            Action::EventLost => world.provider.has_event = false,
            Action::Sweep => {
                self.apply(world, &Event::Sweep);
            }
            Action::StaffResend => {
                let decision = StaffDecision::Resend { send_before: NOW + DAY };
                if self.apply(world, &Event::StaffDecided(decision)) {
                    world.n_resends += 1;
                }
            }
            Action::StaffConsiderSent => {
                world.is_considered_sent = self.apply(world, &Event::StaffDecided(StaffDecision::ConsiderSent));
            }
        }
        Some(())
    }

    /// Writes the row after `event` and does what is to be done; whether it was not refused.
    fn apply(&self, world: &mut World, event: &Event) -> bool {
        let Some(row) = world.row else { return false };
        let Ok(after) = self.rule.step(row, self.channel, event) else { return false };
        world.row = Some(after.row);
        world.n_handed_on += u8::from(after.hands_on);
        if after.announces {
            world.announce();
        }
        true
    }
}

impl World {
    /// More than two messages for one row show nothing that two do not: there are two workers.
    fn announce(&mut self) {
        self.n_announced = (self.n_announced + 1).min(2);
    }
}
