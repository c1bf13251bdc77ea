// SPDX-License-Identifier: Apache-2.0
//! What the peers send one another; c/message.h has the drawing.

use crate::report::Session;

pub const MESSAGE: u32 = 1;
pub const STOP: u32 = 0;
const HEAD_BYTES: usize = 16;

/// Writes and checks messages.
pub struct Pattern(Vec<u8>);

/// What a consumer expects next.
#[derive(Default)]
pub struct Expected {
    /// Of this session; 0: not known yet.
    stream: u64,
    last_stream: u64,
    sequence: u64,
}

impl Expected {
    /// From the first message again, of another stream.
    pub fn next_session(&mut self) {
        if self.stream != 0 {
            self.last_stream = self.stream;
        }
        (self.stream, self.sequence) = (0, 0);
    }
}

pub fn bytes_of(sequence: u64, largest: usize) -> usize {
    if sequence % 61 == 60 { largest } else { HEAD_BYTES + (sequence * 37 % 1000) as usize }
}

impl Pattern {
    pub fn new() -> Self {
        Self((0..(1 << 16) + 256).map(|i| i as u8).collect())
    }

    fn body(&self, sequence: u64, bytes: usize) -> &[u8] {
        &self.0[(sequence % 256) as usize..][..bytes - HEAD_BYTES]
    }

    pub fn write(&self, payload: &mut [u8], stream: u64, sequence: u64) {
        let body = self.body(sequence, payload.len());
        payload[..8].copy_from_slice(&stream.to_le_bytes());
        payload[8..HEAD_BYTES].copy_from_slice(&sequence.to_le_bytes());
        payload[HEAD_BYTES..].copy_from_slice(body);
    }

    /// Looks at every byte.
    pub fn check(
        &self,
        payload: &[u8],
        largest: usize,
        expected: &mut Expected,
        session: &mut Session,
    ) {
        let Some((head, body)) = payload.split_at_checked(HEAD_BYTES) else {
            session.expect("size", payload.len(), HEAD_BYTES);
            return;
        };
        let word = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let (stream, sequence) = (word(0), word(8));
        if expected.stream == 0 && stream != expected.last_stream {
            expected.stream = stream;
        }
        let bytes = bytes_of(sequence, largest);
        session.expect("stream", stream, expected.stream);
        session.expect("sequence", sequence, expected.sequence);
        session.expect("size", payload.len(), bytes);
        session.expect("torn message", u8::from(body != self.body(sequence, bytes)), 0);
        expected.sequence = sequence + 1;
    }
}
