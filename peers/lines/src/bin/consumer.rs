// SPDX-License-Identifier: Apache-2.0
//! Consumes from bare lines, which it makes.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use peer_lines::Lines;
use tickring_participant::{
    Arguments, End, Patience, Unable, run_consumer, say_listening, type_id_by_rule,
};
use tickring_recorder::Recorder;

/// As many messages as the ring's consumer stays behind a stream, and how long it looks away.
const BEHIND: u64 = 256;
const PAUSE: Duration = Duration::from_micros(2);
/// Messages after which the producer is told of the room.
const AT_A_TIME: u64 = 256;

fn main() -> ExitCode {
    run_consumer(make_lines, consume)
}

fn make_lines(arguments: &Arguments) -> Result<Lines, Unable> {
    let lines = Lines::make(arguments)?;
    say_listening()?;
    Ok(lines)
}

fn consume(lines: &Lines, recorder: &mut Recorder, arguments: &Arguments) -> End {
    let mut patience = Patience::new(arguments);
    let mut taken = 0;
    loop {
        let until = ready(lines, taken).min(taken + AT_A_TIME);
        if until == taken {
            if let Err(end) = patience.spend() {
                return end;
            }
            continue;
        }
        patience.renew();
        while taken < until {
            let receipt_ns = recorder.receipt_ns();
            // SAFETY: the producer has told of it, and writes there again when it is taken.
            let payload = unsafe { &*lines.slot(taken) };
            if payload[0] == 0 {
                return End::Complete;
            }
            recorder.tick(payload, type_id_by_rule(payload), receipt_ns, None);
            taken += 1;
        }
        // Pairs with the producer's load.
        lines.taken().store(taken, Ordering::Release);
    }
}

/// How many messages to take: all but the newest of a stream that goes on.
fn ready(lines: &Lines, taken: u64) -> u64 {
    // Pairs with the producer's store, as does the second one.
    let before = lines.written().load(Ordering::Acquire);
    if before > taken + BEHIND {
        return before - BEHIND;
    }
    let begin = Instant::now();
    while begin.elapsed() < PAUSE {}
    let after = lines.written().load(Ordering::Acquire);
    if after == before { after } else { taken }
}
