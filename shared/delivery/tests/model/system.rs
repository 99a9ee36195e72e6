use delivery::{Channel, Hold, Status};
use stateright::{Model, Property};

use super::row::{Age, Lease};
use super::rules::Rule;
use super::world::{CallEnd, Key, Left, Provider, Worker, World};

pub(crate) const NEVER_TWICE: &str = "never twice";

/// What can happen, and within which bounds.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(crate) channel: Channel,
    pub(crate) rule: Rule,
    /// Leases end though their worker lives.
    pub(crate) has_zombies: bool,
    /// LINE forgets retry keys a day after the first call.
    pub(crate) forgets_key: bool,
    pub(crate) hold: Hold,
    /// How often staff may send it again.
    pub(crate) n_resends: u8,
    /// How often the patient may get it.
    pub(crate) most: u8,
    pub(crate) n_attempts: u8,
    /// How often something can go wrong or twice.
    pub(crate) left: Left,
}

impl System {
    pub(crate) fn of(channel: Channel) -> Self {
        Self {
            channel,
            rule: Rule::AsBuilt,
            has_zombies: false,
            forgets_key: false,
            hold: Hold::Review,
            n_resends: 0,
            most: 1,
            n_attempts: 4,
            left: Left { ticks: 2, crashes: 2, refusals: 1, duplicates: 1 },
        }
    }

    /// With narrower bounds, for systems in which more can happen: seconds instead of a minute.
    pub(crate) fn smaller(channel: Channel) -> Self {
        Self { n_attempts: 3, left: Left { ticks: 2, crashes: 1, refusals: 1, duplicates: 0 }, ..Self::of(channel) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// Plans the message; its announcement may be lost.
    Tick {
        announces: bool,
    },
    /// The queue delivers a message twice, or again to another worker.
    Duplicate,
    Receive(usize),
    Lease(usize),
    Start(usize),
    Call(usize, CallEnd),
    Settle(usize),
    Delete(usize),
    Crash(usize),
    LeaseEnds,
    /// 23 hours have passed since the first call.
    KeyGrowsOld,
    /// 24 hours have.
    KeyForgotten,
    TimeIsOver,
    Expire,
    OptOut,
    EventArrives,
    EventLost,
    Sweep,
    StaffResend,
    StaffConsiderSent,
}

impl Model for System {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            row: None,
            workers: [Worker::Idle; 2],
            n_announced: 0,
            provider: Provider { n_accepted: 0, keys: [Key::UNKNOWN; 2], has_event: false },
            n_handed_on: 0,
            n_resends: 0,
            is_considered_sent: false,
            left: self.left,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.left.ticks > 0 {
            actions.push(Action::Tick { announces: true });
            if world.left.crashes > 0 {
                actions.push(Action::Tick { announces: false });
            }
        }
        let Some(row) = &world.row else { return };
        for (index, worker) in world.workers.iter().enumerate() {
            if index > 0 && world.workers[index - 1] == *worker {
                continue;
            }
            match worker {
                Worker::Idle if world.n_announced > 0 => actions.push(Action::Receive(index)),
                Worker::Idle => {}
                Worker::Lease => actions.push(Action::Lease(index)),
                Worker::Start { .. } => actions.push(Action::Start(index)),
                Worker::Call { .. } => self.calls(world, index, actions),
                Worker::Settle { .. } => actions.push(Action::Settle(index)),
                Worker::Delete => actions.push(Action::Delete(index)),
            }
            if *worker != Worker::Idle && world.left.crashes > 0 {
                actions.push(Action::Crash(index));
            }
        }
        if world.n_announced > 0 && world.left.duplicates > 0 {
            actions.push(Action::Duplicate);
        }
        let is_calling = |it: &Worker| matches!(it, Worker::Call { .. });
        let has_living_worker = world.workers.iter().any(|it| it.has_attempt(row.attempt));
        if row.lease == Lease::Held && (self.has_zombies || !has_living_worker) {
            actions.push(Action::LeaseEnds);
        }
        let has_key = |age| world.provider.keys.iter().any(|it| it.age == age);
        if self.forgets_key && (row.first_call == Age::Recent || has_key(Age::Recent)) {
            actions.push(Action::KeyGrowsOld);
        }
        // No call takes the hour between 23 and 24: it has its own timeout of seconds, and a function
        // lives for minutes.
        if self.forgets_key && has_key(Age::Old) && !world.workers.iter().any(is_calling) {
            actions.push(Action::KeyForgotten);
        }
        if !row.is_too_late && !row.status.is_final() {
            actions.push(Action::TimeIsOver);
        }
        if row.is_too_late && !row.status.is_final() {
            actions.push(Action::Expire);
        }
        if !row.is_stopped && !row.status.is_final() {
            actions.push(Action::OptOut);
        }
        if world.provider.has_event {
            actions.push(Action::EventArrives);
            actions.push(Action::EventLost);
        }
        // While a lease is held the sweeper is not due.
        if !row.status.is_final() && row.lease != Lease::Held {
            actions.push(Action::Sweep);
        }
        if self.n_resends > 0 && row.is_in_review {
            actions.push(Action::StaffConsiderSent);
            if world.n_resends < self.n_resends {
                actions.push(Action::StaffResend);
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        self.happen(&mut next, action)?;
        // Workers are alike: who does it makes no difference.
        next.workers.sort_unstable();
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(NEVER_TWICE, |system: &Self, world: &World| {
                world.provider.n_accepted + world.n_handed_on <= system.most + world.n_resends
            }),
            Property::always("sent was accepted", |_: &Self, world: &World| {
                let is_sent = world.row.is_some_and(|it| it.status == Status::Sent);
                !is_sent || world.provider.n_accepted > 0 || world.is_considered_sent
            }),
            Property::always("not sent was not accepted", |_: &Self, world: &World| {
                let is_unsent = world
                    .row
                    .is_some_and(|it| matches!(it.status, Status::Failed | Status::Cancelled | Status::Expired));
                !is_unsent || world.provider.n_accepted == 0 || world.n_resends > 0
            }),
            Property::always("nothing is lost", |system: &Self, world: &World| !system.is_lost(world)),
            Property::sometimes("sent", |_: &Self, world: &World| {
                world.row.is_some_and(|it| it.status == Status::Sent)
            }),
            Property::sometimes("in review", |_: &Self, world: &World| world.row.is_some_and(|it| it.is_in_review)),
            Property::sometimes("handed on", |_: &Self, world: &World| world.n_handed_on > 0),
            Property::sometimes("expired", |_: &Self, world: &World| {
                world.row.is_some_and(|it| it.status == Status::Expired)
            }),
        ]
    }
}

impl System {
    fn calls(&self, world: &World, index: usize, actions: &mut Vec<Action>) {
        actions.extend(
            [CallEnd::Answered, CallEnd::UnclearTaken, CallEnd::UnclearNotTaken].map(|it| Action::Call(index, it)),
        );
        if world.left.refusals > 0 {
            actions.extend([CallEnd::Refused, CallEnd::RefusedForGood].map(|it| Action::Call(index, it)));
        }
        if self.rule == Rule::ClientRetries {
            actions.push(Action::Call(index, CallEnd::ClientRetried));
        }
    }
}
