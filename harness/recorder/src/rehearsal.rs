// SPDX-License-Identifier: Apache-2.0
use crate::mixed::{mixed_bytes, write_mixed};
use crate::progress::Progress;
use crate::samples::BLOCK_MESSAGES;
use crate::tick::{TICK_BYTES, tick_payload, tick_type_id};
use crate::{Error, Options, Recorder};

/// The largest message that the rehearsal sends.
const REHEARSED_BYTES: usize = 256;

impl Recorder {
    /// Sends messages through a small recorder until all in it has doubled, so that the code of the
    /// rare steps, too, is in memory when the run begins. Hands the file back as it was.
    pub(crate) fn rehearse(options: &Options, progress: Progress) -> Result<Progress, Error> {
        let small = Options {
            sample_capacity: 2 * BLOCK_MESSAGES,
            expected_messages: 0,
            interval_ns: 1000,
            messages_per_window: 1,
            mixed_payload_bytes: options.mixed_payload_bytes.min(REHEARSED_BYTES as u32),
            ..options.clone()
        };
        let most_bytes = small.mixed_payload_bytes as usize;
        let mut recorder = Self::build(small, progress, 4, 4)?;
        let mut message = [0; REHEARSED_BYTES];
        for sequence in 0..4 * BLOCK_MESSAGES {
            let payload = if most_bytes == 0 {
                message[..TICK_BYTES].copy_from_slice(&tick_payload(sequence, sequence));
                &message[..TICK_BYTES]
            } else {
                let payload = &mut message[..mixed_bytes(sequence, most_bytes)];
                write_mixed(payload, sequence, sequence);
                payload
            };
            recorder.tick(payload, tick_type_id(sequence), sequence + 1, None);
        }
        recorder.progress.store(0);
        Ok(recorder.progress)
    }
}
