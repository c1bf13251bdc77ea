// SPDX-License-Identifier: Apache-2.0
//! Mixed contents: messages of many sizes, each with a checksum over all of it. Size and contents
//! follow from the sequence number (docs/participants.md, "The workload").

use crc32fast::Hasher;

use crate::tick::{PADDING_AT, TICK_BYTES, Tick, tick_payload};

/// Spreads neighbouring sequence numbers: 2^32 over the golden ratio.
const SPREAD: u32 = 2_654_435_761;

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Torn,
    WrongLength,
}

/// The size of message number `sequence`, from 32 to `most_bytes`, which is 32 or more.
#[inline]
pub fn mixed_bytes(sequence: u64, most_bytes: usize) -> usize {
    let spread = (sequence as u32).wrapping_mul(SPREAD);
    TICK_BYTES + spread as usize % (most_bytes - TICK_BYTES + 1)
}

/// Writes message number `sequence` over `payload`, which has 32 bytes or more.
pub fn write_mixed(payload: &mut [u8], sequence: u64, stamp_ns: u64) {
    payload[..TICK_BYTES].copy_from_slice(&tick_payload(sequence, stamp_ns));
    for (at, byte) in payload.iter_mut().enumerate().skip(TICK_BYTES) {
        *byte = pattern(sequence, at);
    }
    let checksum = checksum_of(payload);
    payload[PADDING_AT..TICK_BYTES].copy_from_slice(&checksum.to_le_bytes());
}

#[inline]
fn pattern(sequence: u64, at: usize) -> u8 {
    (sequence as u8).wrapping_add(at as u8)
}

/// CRC-32 with zeros in the checksum's own place.
fn checksum_of(payload: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&payload[..PADDING_AT]);
    hasher.update(&[0; TICK_BYTES - PADDING_AT]);
    hasher.update(&payload[TICK_BYTES..]);
    hasher.finalize()
}

/// Looks at every byte of a message whose first are `tick`.
pub(crate) fn fault_in(
    payload: &[u8],
    tick: &Tick,
    expected: u64,
    most_bytes: usize,
) -> Option<Fault> {
    let sequence = u64::from(tick.quantity);
    let fits = |sequence| payload.len() == mixed_bytes(sequence, most_bytes);
    if payload.len() < TICK_BYTES {
        return Some(Fault::WrongLength);
    }
    if checksum_of(payload) != tick.padding {
        // The quantity may be what is torn.
        let length_is_right = fits(sequence) || fits(expected);
        return Some(if length_is_right { Fault::Torn } else { Fault::WrongLength });
    }
    if !fits(sequence) {
        return Some(Fault::WrongLength);
    }
    let has_pattern = payload
        .iter()
        .enumerate()
        .skip(TICK_BYTES)
        .all(|(at, &byte)| byte == pattern(sequence, at));
    (!tick.fields_agree || !has_pattern).then_some(Fault::Torn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tick::tick_type_id;

    const MOST_BYTES: usize = 200;

    fn message(sequence: u64) -> Vec<u8> {
        let mut payload = vec![0xee; mixed_bytes(sequence, MOST_BYTES)];
        write_mixed(&mut payload, sequence, 99);
        payload
    }

    /// The fault in what arrives in the place of message 5.
    fn fault(payload: &[u8]) -> Option<Fault> {
        fault_in(payload, &Tick::read(payload, tick_type_id(5)), 5, MOST_BYTES)
    }

    /// Gives a changed message a checksum that is right.
    fn sealed(mut payload: Vec<u8>) -> Vec<u8> {
        let checksum = checksum_of(&payload);
        payload[PADDING_AT..TICK_BYTES].copy_from_slice(&checksum.to_le_bytes());
        payload
    }

    #[test]
    fn every_size_from_32_bytes_to_the_most_occurs() {
        let mut sizes: Vec<_> = (0..10_000).map(|sequence| mixed_bytes(sequence, 200)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        assert!(sizes.into_iter().eq(32..=200));
        assert_eq!(mixed_bytes(7, 32), 32);
    }

    #[test]
    fn message_1_of_up_to_64_bytes_has_these_bytes() {
        let mut payload = vec![0; mixed_bytes(1, 64)];
        write_mixed(&mut payload, 1, 0x0102);
        let tick = b"BTCUSDT\0\0\0\0\0\x08\x4c\xed\x40\x01\0\0\0\x02\x01\0\0\0\0\0\0";
        assert_eq!(payload[..28], tick[..]);
        assert_eq!(payload[28..32], [0xb5, 0x51, 0x9e, 0x41]);
        assert!(payload[32..].iter().copied().eq(33..33 + 10));
    }

    #[test]
    fn a_message_as_it_was_sent_has_no_fault() {
        assert_eq!(fault(&message(5)), None);
    }

    #[test]
    fn a_changed_byte_anywhere_is_torn() {
        for byte in 0..message(5).len() {
            let mut payload = message(5);
            payload[byte] ^= 0x40;
            assert_eq!(fault(&payload), Some(Fault::Torn), "byte {byte}");
        }
    }

    #[test]
    fn a_message_that_is_cut_or_goes_on_has_a_wrong_length() {
        let mut longer = message(5);
        longer.push(0);
        assert_eq!(fault(&longer), Some(Fault::WrongLength));
        for bytes in 0..message(5).len() {
            assert_eq!(fault(&message(5)[..bytes]), Some(Fault::WrongLength), "{bytes} bytes");
        }
    }

    #[test]
    fn a_wrong_length_with_a_right_checksum_shows() {
        let mut payload = message(5);
        payload.pop();
        assert_eq!(fault(&sealed(payload)), Some(Fault::WrongLength));
    }

    #[test]
    fn contents_that_are_not_those_of_the_sequence_number_show_despite_their_checksum() {
        for byte in [0, 8, 32, message(5).len() - 1] {
            let mut payload = message(5);
            payload[byte] ^= 1;
            assert_eq!(fault(&sealed(payload)), Some(Fault::Torn), "byte {byte}");
        }
        let payload = message(5);
        let tick = Tick::read(&payload, tick_type_id(6));
        assert_eq!(fault_in(&payload, &tick, 5, MOST_BYTES), Some(Fault::Torn), "type");
    }
}
