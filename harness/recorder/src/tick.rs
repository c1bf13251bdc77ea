// SPDX-License-Identifier: Apache-2.0
/// Bytes of a MarketTick.
pub const TICK_BYTES: usize = 32;
pub(crate) const STAMP_AT: usize = 20;
/// Its padding: mixed contents have their checksum there, recorded trades their number.
pub(crate) const PADDING_AT: usize = 28;

const SYMBOL: [u8; 8] = *b"BTCUSDT\0";
const FIRST_PRICE: f64 = 60_000.0;
const BID: u32 = 1;
const ASK: u32 = 2;

/// The fields of a MarketTick that the recorder needs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tick {
    /// The low half of the sequence number.
    pub quantity: u32,
    pub stamp_ns: u64,
    pub padding: u32,
    /// Symbol, price, quantity and type agree with one another.
    pub fields_agree: bool,
}

impl Tick {
    /// All zeros when the payload is too short for one.
    #[inline]
    pub fn read(payload: &[u8], type_id: u32) -> Self {
        let Some(tick) = payload.first_chunk::<TICK_BYTES>() else {
            return Self::default();
        };
        let quantity = u32::from_le_bytes(field(tick, 16));
        // Integers: a torn price may be a NaN, which compares unequal to itself.
        let price = (FIRST_PRICE + f64::from(quantity % 1024) / 4.0).to_bits();
        let side = if quantity.is_multiple_of(2) { BID } else { ASK };
        let fields_agree = field::<8>(tick, 0) == SYMBOL
            && u64::from_le_bytes(field(tick, 8)) == price
            && type_id == side;
        Self {
            quantity,
            stamp_ns: u64::from_le_bytes(field(tick, STAMP_AT)),
            padding: u32::from_le_bytes(field(tick, PADDING_AT)),
            fields_agree,
        }
    }

    /// Where nothing but the tick is looked at.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.fields_agree && self.padding == 0
    }

    /// The sequence number that the quantity tells, nearest to `expected`.
    #[inline]
    pub fn sequence(&self, expected: u64) -> u64 {
        nearest(self.quantity, expected)
    }
}

/// The sequence number nearest to `expected` whose low half is `low`.
#[inline]
pub(crate) fn nearest(low: u32, expected: u64) -> u64 {
    let ahead = low.wrapping_sub(expected as u32) as i32;
    expected.wrapping_add_signed(i64::from(ahead))
}

#[inline]
fn field<const BYTES: usize>(tick: &[u8; TICK_BYTES], at: usize) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes.copy_from_slice(&tick[at..at + BYTES]);
    bytes
}

/// The payload of message number `sequence` as the project's producers send it.
pub fn tick_payload(sequence: u64, stamp_ns: u64) -> [u8; TICK_BYTES] {
    let mut tick = [0; TICK_BYTES];
    tick[..8].copy_from_slice(&SYMBOL);
    tick[8..16].copy_from_slice(&(FIRST_PRICE + (sequence % 1024) as f64 / 4.0).to_le_bytes());
    tick[16..20].copy_from_slice(&(sequence as u32).to_le_bytes());
    tick[20..28].copy_from_slice(&stamp_ns.to_le_bytes());
    tick
}

/// The type of message number `sequence`: 1 (BID) or 2 (ASK).
pub fn tick_type_id(sequence: u64) -> u32 {
    if sequence.is_multiple_of(2) { BID } else { ASK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_whole() {
        for sequence in [0, 1, 1023, 1024, u64::from(u32::MAX), 1 << 32] {
            let tick = Tick::read(&tick_payload(sequence, 99), tick_type_id(sequence));
            assert!(tick.is_whole(), "message {sequence}");
            assert_eq!((tick.stamp_ns, tick.sequence(sequence)), (99, sequence));
        }
    }

    #[test]
    fn a_tick_of_the_published_example_has_these_bytes() {
        let expected = b"BTCUSDT\0\0\0\0\0\x08\x4c\xed\x40\x01\0\0\0\x02\x01\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(&tick_payload(1, 0x0102), expected);
    }

    #[test]
    fn a_change_in_any_field_that_another_one_vouches_for_shows() {
        for byte in (0..18).chain(28..32) {
            let mut payload = tick_payload(5, 99);
            payload[byte] ^= 1;
            assert!(!Tick::read(&payload, 2).is_whole(), "byte {byte}");
        }
    }

    #[test]
    fn an_unknown_type_or_that_of_the_neighbour_shows() {
        for type_id in [0, 1, 3, u32::MAX] {
            assert!(!Tick::read(&tick_payload(5, 99), type_id).is_whole());
        }
    }

    #[test]
    fn a_payload_below_32_bytes_is_no_tick() {
        assert!(!Tick::read(&tick_payload(0, 0)[..31], 1).is_whole());
    }

    #[test]
    fn the_sequence_follows_the_low_half_over_its_wrap_and_back() {
        let tick = |quantity| Tick { quantity, ..Tick::default() };
        assert_eq!(tick(1).sequence((1 << 32) - 1), (1 << 32) + 1);
        assert_eq!(tick(u32::MAX).sequence(1 << 32), (1 << 32) - 1);
    }
}
