use std::collections::{BTreeMap, VecDeque};

use super::{Service, ServiceOutcome};

/// What was planned and done of one code at one office in a month, while it is paired.
pub(super) struct Pairing<'a> {
    planned: Vec<Entry<'a>>,
    done: Vec<Entry<'a>>,
    pairs: Vec<Pair<'a>>,
}

/// A service with how many of its times are not paired yet.
pub(super) struct Entry<'a> {
    pub(super) service: &'a Service,
    pub(super) n_left: u32,
    /// Whether its time says nothing of its own: none is shown, it is billed by the day, or it is that of
    /// another service it adds to.
    pub(super) is_time_loose: bool,
}

/// One or both sides of what became of a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) outcome: ServiceOutcome,
    pub(super) n_times: u32,
    pub(super) planned: Option<&'a Service>,
    pub(super) done: Option<&'a Service>,
}

/// Pairs the services of one code at one office, both in the order of [`Service`]: those that agree
/// best first.
pub(super) fn pair<'a>(planned: Vec<Entry<'a>>, done: Vec<Entry<'a>>) -> Vec<Pair<'a>> {
    let mut pairing = Pairing { planned, done, pairs: Vec::new() };
    let any = |it: &Entry<'_>| Some(it.service.date);
    let loose = |it: &Entry<'_>| it.is_time_loose.then_some(it.service.date);
    pairing.pair_equal(|it| Some(it.service), |it| Some(it.service));
    let same_time = |it: &Entry<'a>| Some((it.service.date, it.service.time, it.service.units));
    pairing.pair_equal(same_time, same_time);
    let same_time = |it: &Entry<'a>| Some((it.service.date, it.service.time));
    pairing.pair_equal(same_time, same_time);
    pairing.pair_equal(loose, any);
    pairing.pair_equal(any, loose);
    let start = |it: &Service| it.time.map_or(0, |it| i32::from(it.start.minutes()));
    pairing.pair_nearest(ServiceOutcome::OtherTime, |it| it.date, start);
    pairing.pair_nearest(ServiceOutcome::Moved, |_| (), |it| i32::from(it.date.day()));
    pairing.finish()
}

impl<'a> Pairing<'a> {
    /// Takes as done what has equal keys.
    fn pair_equal<K: Ord>(
        &mut self,
        planned_key: impl Fn(&Entry<'a>) -> Option<K>,
        done_key: impl Fn(&Entry<'a>) -> Option<K>,
    ) {
        let mut waiting: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for (at, entry) in self.done.iter().enumerate().filter(|it| it.1.n_left > 0) {
            if let Some(key) = done_key(entry) {
                waiting.entry(key).or_default().push_back(at);
            }
        }
        for at in 0..self.planned.len() {
            let key = planned_key(&self.planned[at]);
            let Some(waiting) = key.and_then(|it| waiting.get_mut(&it)) else { continue };
            while let Some(done) = waiting.front().copied().filter(|_| self.planned[at].n_left > 0) {
                self.take(ServiceOutcome::Done, at, done);
                if self.done[done].n_left == 0 {
                    waiting.pop_front();
                }
            }
        }
    }

    /// Takes what lies nearest to each other among what has one `group`; of equal distances the earlier.
    fn pair_nearest<G: Ord>(
        &mut self,
        outcome: ServiceOutcome,
        group: impl Fn(&Service) -> G,
        position: impl Fn(&Service) -> i32,
    ) {
        let mut groups: BTreeMap<G, [BTreeMap<i32, Vec<usize>>; 2]> = BTreeMap::new();
        for (side, entries) in [&self.planned, &self.done].into_iter().enumerate() {
            for (at, entry) in entries.iter().enumerate().filter(|it| it.1.n_left > 0) {
                let sides = groups.entry(group(entry.service)).or_default();
                sides[side].entry(position(entry.service)).or_default().push(at);
            }
        }
        for [planned, done] in groups.values() {
            let done_positions = |from: i32| done.keys().map(move |to| ((from - to).abs(), from, *to));
            let mut nearest: Vec<(i32, i32, i32)> = planned.keys().flat_map(|it| done_positions(*it)).collect();
            nearest.sort_unstable();
            for (_, from, to) in nearest {
                self.take_all(outcome, &planned[&from], &done[&to]);
            }
        }
    }

    fn take_all(&mut self, outcome: ServiceOutcome, planned: &[usize], done: &[usize]) {
        let mut done = done.iter().copied().peekable();
        for planned in planned {
            while self.planned[*planned].n_left > 0 {
                let Some(at) = done.peek().copied() else { return };
                self.take(outcome, *planned, at);
                if self.done[at].n_left == 0 {
                    done.next();
                }
            }
        }
    }

    /// Pairs as many times as both have left.
    fn take(&mut self, outcome: ServiceOutcome, planned: usize, done: usize) {
        let (planned, done) = (&mut self.planned[planned], &mut self.done[done]);
        let n_times = planned.n_left.min(done.n_left);
        if n_times == 0 {
            return;
        }
        planned.n_left -= n_times;
        done.n_left -= n_times;
        let (planned, done) = (Some(planned.service), Some(done.service));
        self.pairs.push(Pair { outcome, n_times, planned, done });
    }

    /// The pairs, and what is left on either side.
    fn finish(mut self) -> Vec<Pair<'a>> {
        for entry in self.planned.iter().filter(|it| it.n_left > 0) {
            let planned = Some(entry.service);
            self.pairs.push(Pair { outcome: ServiceOutcome::Missed, n_times: entry.n_left, planned, done: None });
        }
        for entry in self.done.iter().filter(|it| it.n_left > 0) {
            let done = Some(entry.service);
            self.pairs.push(Pair { outcome: ServiceOutcome::Extra, n_times: entry.n_left, planned: None, done });
        }
        self.pairs
    }
}
