// SPDX-License-Identifier: Apache-2.0
//! kill-peer ROLE PATH WAIT PUBLISH_EVERY CAPACITY_BYTES REST_EVERY: one end of a bus, session after
//! session on the same path, until the producer's standard input ends (tests/kills/kills.py).

mod message;
mod report;

use std::error::Error as AnyError;
use std::time::Duration;
use std::{env, io, process, thread};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tickring::{Code, Consumer, Error, Options, Producer, Wait, sys};

use message::{Expected, MESSAGE, Pattern, STOP, bytes_of};
use report::Session;

const PATIENCE: Duration = Duration::from_secs(10);

struct Peer {
    path: String,
    capacity_bytes: usize,
    /// Messages between two rests of 1 ms; 0: never.
    rest_every: u64,
    options: Options,
    pattern: Pattern,
}

fn is_asked_to_stop() -> bool {
    let input = io::stdin();
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&now)).is_ok_and(|ready| ready > 0)
}

/// The number of what ended the session; 0: stopped in order.
fn number_of(result: Result<(), Error>) -> i32 {
    match result.map_err(|error| error.code()) {
        Ok(()) => sys::TICKRING_OK,
        Err(Code::PeerClosed) => sys::TICKRING_PEER_CLOSED,
        Err(Code::PeerDead) => sys::TICKRING_PEER_DEAD,
        Err(Code::Timeout) => sys::TICKRING_TIMEOUT,
        Err(Code::Corrupt) => sys::TICKRING_CORRUPT,
        Err(_) => -1,
    }
}

impl Peer {
    fn rest(&self, messages: u64) {
        if self.rest_every != 0 && messages.is_multiple_of(self.rest_every) {
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn send_all(
        &self,
        producer: &mut Producer,
        stream: u64,
        session: &mut Session,
    ) -> Result<(), Error> {
        let largest = producer.max_payload_bytes();
        for sequence in 0.. {
            if sequence % 64 == 0 && is_asked_to_stop() {
                break;
            }
            let bytes = bytes_of(sequence, largest);
            let mut room = producer.acquire(bytes, Some(PATIENCE))?;
            self.pattern.write(&mut room, stream, sequence);
            room.commit(bytes, MESSAGE)?;
            session.messages += 1;
            self.rest(session.messages);
        }
        producer.send(&[], STOP)
    }

    fn receive_all(
        &self,
        consumer: &mut Consumer,
        expected: &mut Expected,
        session: &mut Session,
    ) -> Result<(), Error> {
        let largest = consumer.max_payload_bytes();
        loop {
            let message = consumer.acquire(None)?;
            if message.type_id() == STOP {
                return Ok(());
            }
            self.pattern.check(&message, largest, expected, session);
            drop(message);
            session.messages += 1;
            self.rest(session.messages);
        }
    }

    fn produce(&self) -> Result<(), Error> {
        for number in 1.. {
            report::event("opening");
            let mut producer = self.options.connect(&self.path)?;
            report::event("connected");
            let mut session = Session::default();
            let stream = u64::from(process::id()) << 32 | number;
            let code = number_of(self.send_all(&mut producer, stream, &mut session));
            drop(producer);
            session.report_end(code);
            if code == sys::TICKRING_OK {
                break;
            }
        }
        Ok(())
    }

    fn consume(&self) -> Result<(), Error> {
        let mut expected = Expected::default();
        loop {
            report::event("opening");
            let mut consumer = self.options.listen(&self.path, self.capacity_bytes)?;
            report::event("connected");
            let mut session = Session::default();
            expected.next_session();
            let code = number_of(self.receive_all(&mut consumer, &mut expected, &mut session));
            drop(consumer);
            session.report_end(code);
            if code == sys::TICKRING_OK {
                return Ok(());
            }
        }
    }
}

fn main() -> Result<(), Box<dyn AnyError>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [role, path, wait, publish_every, capacity_bytes, rest_every] = arguments.as_slice() else {
        return Err("six arguments are needed".into());
    };
    let wait = match wait.as_str() {
        "spin" => Wait::Spin,
        "park" => Wait::Park,
        _ => Wait::Hybrid,
    };
    let peer = Peer {
        path: path.clone(),
        capacity_bytes: capacity_bytes.parse()?,
        rest_every: rest_every.parse()?,
        options: Options::new()
            .wait(wait)
            .publish_every(publish_every.parse()?)
            .arrival_timeout(Some(PATIENCE)),
        pattern: Pattern::new(),
    };
    if role == "producer" {
        peer.produce()?
    } else {
        peer.consume()?
    }
    Ok(())
}
