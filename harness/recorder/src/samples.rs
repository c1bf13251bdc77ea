// SPDX-License-Identifier: Apache-2.0
use crate::memory::{filled, touched};

/// Consecutive messages that are kept or left out together.
pub(crate) const BLOCK_MESSAGES: u64 = 1 << BLOCK_SHIFT;
const BLOCK_SHIFT: u32 = 10;
const BLOCK: usize = BLOCK_MESSAGES as usize;

/// One message, as samples.bin holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    pub sequence: u64,
    pub stamp_ns: u64,
    pub receipt_ns: u64,
    pub position: u32,
    pub reserved: u32,
}

impl Sample {
    pub fn to_bytes(self) -> [u8; size_of::<Self>()] {
        let mut bytes = [0; size_of::<Self>()];
        bytes[..8].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.stamp_ns.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.receipt_ns.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.position.to_le_bytes());
        bytes[28..].copy_from_slice(&self.reserved.to_le_bytes());
        bytes
    }
}

/// A slot of the buffer: a block, and how many of its messages arrived.
#[derive(Debug, Clone, Copy)]
struct Slot {
    block: u64,
    len: usize,
}

/// Whole blocks of messages, one in `stride`. When all slots are taken, the stride doubles, and the
/// blocks that it leaves out are overwritten one after the other.
#[derive(Debug)]
pub(crate) struct Samples {
    buffer: Vec<Sample>,
    slots: Vec<Slot>,
    slot_count: usize,
    stride: u64,
    /// The next slot to look at for an overwritable block.
    cursor: usize,
    current_block: u64,
    /// Where the current block goes; None: it is left out.
    current_slot: Option<usize>,
}

impl Samples {
    /// `capacity` is at least two blocks; `expected_messages` may be 0: unknown. There is no more room
    /// than they need.
    pub fn new(capacity: u64, expected_messages: u64) -> Self {
        let most = capacity / BLOCK_MESSAGES;
        let blocks = expected_messages.div_ceil(BLOCK_MESSAGES);
        let slot_count = if blocks == 0 { most } else { blocks.clamp(2, most) } as usize;
        Self {
            buffer: filled(slot_count * BLOCK, Sample::default()),
            slots: touched(slot_count, Slot { block: 0, len: 0 }),
            slot_count,
            stride: blocks.div_ceil(slot_count as u64).max(1),
            cursor: 0,
            current_block: u64::MAX,
            current_slot: None,
        }
    }

    /// Each sequence number at most once, in rising order.
    #[inline]
    pub fn keep(&mut self, sequence: u64, sample: impl FnOnce() -> Sample) {
        let block = sequence >> BLOCK_SHIFT;
        if block != self.current_block {
            self.begin(block);
        }
        if let Some(slot) = self.current_slot {
            let len = &mut self.slots[slot].len;
            self.buffer[slot * BLOCK + *len] = sample();
            *len += 1;
        }
    }

    #[cold]
    fn begin(&mut self, block: u64) {
        self.current_block = block;
        self.current_slot = None;
        // With two slots or more a doubling frees one soon; a stride beyond the block leaves it out.
        while block.is_multiple_of(self.stride) {
            if let Some(slot) = self.free_slot() {
                self.slots[slot] = Slot { block, len: 0 };
                self.current_slot = Some(slot);
                return;
            }
            self.stride *= 2;
            self.cursor = 0;
        }
    }

    fn free_slot(&mut self) -> Option<usize> {
        if self.slots.len() < self.slot_count {
            self.slots.push(Slot { block: 0, len: 0 });
            self.cursor = self.slots.len();
            return Some(self.slots.len() - 1);
        }
        let stride = self.stride;
        let offset =
            self.slots[self.cursor..].iter().position(|slot| !slot.block.is_multiple_of(stride))?;
        let slot = self.cursor + offset;
        self.cursor = slot + 1;
        Some(slot)
    }

    pub fn stride(&self) -> u64 {
        self.stride
    }

    /// The blocks of the final stride by sequence number.
    pub fn blocks(&self) -> Vec<&[Sample]> {
        let mut kept: Vec<_> = (0..self.slots.len())
            .filter(|&i| self.slots[i].block.is_multiple_of(self.stride))
            .collect();
        kept.sort_by_key(|&i| self.slots[i].block);
        kept.into_iter().map(|i| &self.buffer[i * BLOCK..][..self.slots[i].len]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(capacity: u64, expected: u64, sequences: impl IntoIterator<Item = u64>) -> Samples {
        let mut samples = Samples::new(capacity, expected);
        for sequence in sequences {
            samples.keep(sequence, || Sample { sequence, ..Sample::default() });
        }
        samples
    }

    /// The sequence numbers of the first message of each block.
    fn firsts(samples: &Samples) -> Vec<u64> {
        samples.blocks().iter().map(|block| block[0].sequence).collect()
    }

    #[test]
    fn every_message_is_kept_while_the_buffer_lasts() {
        let samples = kept(4096, 4000, 0..4000);
        assert_eq!(samples.stride(), 1);
        let all: Vec<_> = samples.blocks().concat().iter().map(|s| s.sequence).collect();
        assert!(all.into_iter().eq(0..4000));
    }

    #[test]
    fn the_expected_messages_set_the_stride() {
        let samples = kept(4096, 20 * 1024, 0..20 * 1024);
        assert_eq!(samples.stride(), 5);
        assert_eq!(firsts(&samples), [0, 5, 10, 15].map(|block| block * 1024));
        assert!(samples.blocks().iter().all(|block| block.len() == 1024));
    }

    #[test]
    fn the_stride_doubles_when_more_arrive_than_expected() {
        let samples = kept(4096, 0, 0..9 * 1024);
        assert_eq!(samples.stride(), 4);
        assert_eq!(firsts(&samples), [0, 4, 8].map(|block| block * 1024));
    }

    #[test]
    fn between_two_doublings_only_blocks_of_the_new_stride_are_handed_out() {
        let samples = kept(4096, 0, 0..5 * 1024);
        assert_eq!(samples.stride(), 2);
        assert_eq!(firsts(&samples), [0, 2, 4].map(|block| block * 1024));
    }

    #[test]
    fn there_is_no_more_room_than_the_expected_messages_need() {
        for (expected, room) in [(0, 8192), (1, 2048), (4000, 4096), (100_000, 8192)] {
            assert_eq!(Samples::new(8192, expected).buffer.len(), room);
        }
    }

    #[test]
    fn a_lost_message_leaves_its_block_shorter() {
        let samples = kept(4096, 0, (0..2048).filter(|&sequence| sequence != 1500));
        assert_eq!(
            samples.blocks().iter().map(|block| block.len()).collect::<Vec<_>>(),
            [1024, 1023]
        );
    }

    #[test]
    fn a_jump_to_the_end_of_the_numbers_ends_the_search_for_a_slot() {
        let samples = kept(2048, 0, [0, 1024, 1 << 62, u64::MAX]);
        assert!(samples.blocks().len() <= 2);
    }

    #[test]
    fn a_sample_has_the_bytes_of_the_file_format() {
        let sample = Sample { sequence: 1, stamp_ns: 2, receipt_ns: 3, position: 4, reserved: 0 };
        let mut expected = [0; 32];
        (expected[0], expected[8], expected[16], expected[24]) = (1, 2, 3, 4);
        assert_eq!(sample.to_bytes(), expected);
    }
}
