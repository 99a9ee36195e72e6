use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::MessageId;

/// How many messages a clinic may send on one day.
///
/// The count is kept in shards, so that hundreds of workers do not wait for one row, and each shard keeps
/// *which* messages it counted, so that a message whose lease ended and that is leased again is not counted
/// twice. A shard may fill before the others: never more than the cap, at times a few less.
///
/// A day keeps the cap it began with: another has other shards, which know nothing of what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayCap(pub u32);

/// Messages that are asked for together: of one shard, at most [`Block::MAX`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block<'a> {
    /// The shard, from 0.
    pub shard: u32,
    /// Each once, sorted.
    pub messages: Vec<&'a MessageId>,
}

impl Block<'_> {
    /// Messages of the largest block.
    pub const MAX: usize = 50;
}

/// What a shard says to a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken<'a> {
    /// May be sent today; in the block's order.
    pub go: Vec<&'a MessageId>,
    /// Those of `go` that the shard has to count now. To be added on the condition that the shard's count is
    /// still what it was; otherwise it is read and asked again.
    pub new: Vec<&'a MessageId>,
    /// Held until tomorrow.
    pub held: Vec<&'a MessageId>,
}

impl DayCap {
    /// Messages that a shard counts before it is worth another.
    const PER_SHARD: u32 = 500;

    /// Shards of this cap, 1 to 64.
    pub fn n_shards(self) -> u32 {
        (self.0 / Self::PER_SHARD).clamp(1, 64)
    }

    /// What `shard` may count at most. The shares of all shards are the cap.
    pub fn share(self, shard: u32) -> u32 {
        self.0 / self.n_shards() + u32::from(shard < self.0 % self.n_shards())
    }

    /// The shard that counts `message`: the same for as long as the cap is.
    pub fn shard_of(self, message: &MessageId) -> u32 {
        // FNV-1a: stored counts depend on it, so it must not change with a library.
        let hash = message
            .as_str()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        (hash % u64::from(self.n_shards())) as u32
    }

    /// `messages` as blocks, by shard; one that is named twice comes once.
    pub fn blocks<'a>(self, messages: impl IntoIterator<Item = &'a MessageId>) -> Vec<Block<'a>> {
        let sorted: BTreeSet<(u32, &MessageId)> = messages.into_iter().map(|it| (self.shard_of(it), it)).collect();
        let sorted: Vec<(u32, &MessageId)> = sorted.into_iter().collect();
        let of_shards = sorted.chunk_by(|one, other| one.0 == other.0);
        of_shards
            .flat_map(|it| it.chunks(Block::MAX))
            .map(|it| Block { shard: it[0].0, messages: it.iter().map(|it| it.1).collect() })
            .collect()
    }

    /// What of `block` may be sent, where its shard has `counted` these messages today. Counted ones go
    /// again without being counted.
    pub fn take<'a>(self, block: &Block<'a>, counted: &BTreeSet<MessageId>) -> Taken<'a> {
        let mut room = (self.share(block.shard) as usize).saturating_sub(counted.len());
        let mut taken = Taken { go: Vec::new(), new: Vec::new(), held: Vec::new() };
        for message in &block.messages {
            if counted.contains(*message) {
                taken.go.push(message);
            } else if room > 0 {
                room -= 1;
                taken.go.push(message);
                taken.new.push(message);
            } else {
                taken.held.push(message);
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Shards = BTreeMap<u32, BTreeSet<MessageId>>;

    /// Takes every block of `messages` and returns which may be sent.
    fn take_all(cap: DayCap, shards: &mut Shards, messages: &[MessageId]) -> BTreeSet<MessageId> {
        let mut go = BTreeSet::new();
        for block in cap.blocks(messages) {
            assert!(block.messages.len() <= Block::MAX);
            let counted = shards.entry(block.shard).or_default();
            let taken = cap.take(&block, counted);
            counted.extend(taken.new.iter().map(|it| (*it).clone()));
            go.extend(taken.go.iter().map(|it| (*it).clone()));
        }
        go
    }

    fn ids(range: std::ops::Range<u32>) -> Vec<MessageId> {
        let letter = |digit: char| char::from(b'a' + digit.to_digit(10).unwrap() as u8);
        range
            .map(|it| MessageId::parse(&format!("{it:032}").chars().map(letter).collect::<String>()).unwrap())
            .collect()
    }

    #[test]
    fn a_small_cap_is_met_exactly() {
        let (cap, mut shards) = (DayCap(100), Shards::new());
        assert_eq!(take_all(cap, &mut shards, &ids(0..80)).len(), 80);
        assert_eq!(take_all(cap, &mut shards, &ids(80..160)).len(), 20);
        assert_eq!(take_all(cap, &mut shards, &ids(160..200)).len(), 0);
        // Leased again: it goes, and is not counted again.
        assert_eq!(take_all(cap, &mut shards, &ids(0..10)).len(), 10);
        assert_eq!(shards.values().map(BTreeSet::len).sum::<usize>(), 100);
    }

    #[test]
    fn a_cap_of_nothing_lets_nothing_through() {
        assert_eq!(take_all(DayCap(0), &mut Shards::new(), &ids(0..3)).len(), 0);
    }

    #[test]
    fn a_large_cap_is_nearly_met() {
        let n_sent = take_all(DayCap(10_000), &mut Shards::new(), &ids(0..10_000)).len();
        assert!((9_500..=10_000).contains(&n_sent), "{n_sent}");
    }

    proptest! {
        #[test]
        fn the_shares_are_the_cap(max in 0..200_000_u32) {
            let cap = DayCap(max);
            prop_assert_eq!((0..cap.n_shards()).map(|it| cap.share(it)).sum::<u32>(), max);
        }

        #[test]
        fn however_it_is_asked_the_cap_holds_and_a_yes_stays_a_yes(
            max in 0..1500_u32, asked in prop::collection::vec((0..2000_u32, 1..120_u32), 0..30),
        ) {
            let (cap, mut shards) = (DayCap(max), Shards::new());
            let mut sent = BTreeSet::new();
            for (start, n) in asked {
                let messages = ids(start..start + n);
                let go = take_all(cap, &mut shards, &messages);
                prop_assert!(messages.iter().all(|it| !sent.contains(it) || go.contains(it)));
                sent.extend(go);
                prop_assert!(sent.len() <= max as usize);
            }
        }
    }
}
