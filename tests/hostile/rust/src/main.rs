// SPDX-License-Identifier: Apache-2.0
//! One end of a bus after the other, as ../victim.c says, through the Rust crate.

use std::error::Error as AnyError;
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tickring::{Consumer, Error, Options, Producer, Wait};

struct Order {
    listens: bool,
    produces: bool,
    capacity_bytes: usize,
    call: Duration,
    messages: u64,
    payload_bytes: usize,
    path: String,
    options: Options,
}

/// What the order came to.
struct Outcome {
    stage: &'static str,
    elapsed: Duration,
    messages: u64,
    bytes: u64,
    sum: u64,
}

enum End {
    Producing(Producer),
    Consuming(Consumer),
}

impl Order {
    fn parse(line: &str) -> Result<Self, Box<dyn AnyError>> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [opens, role, wait, capacity, handshake, arrival, call, messages, bytes, path] =
            words.as_slice()
        else {
            return Err("ten words are needed".into());
        };
        let ms = |text: &str| text.parse().map(Duration::from_millis);
        let wait = match *wait {
            "spin" => Wait::Spin,
            "park" => Wait::Park,
            _ => Wait::Hybrid,
        };
        Ok(Self {
            listens: *opens == "listen",
            produces: *role == "producer",
            capacity_bytes: capacity.parse()?,
            call: ms(call)?,
            messages: messages.parse()?,
            payload_bytes: bytes.parse()?,
            path: (*path).into(),
            options: Options::new()
                .wait(wait)
                .handshake_timeout(ms(handshake)?)
                .arrival_timeout(Some(ms(arrival)?)),
        })
    }

    fn open(&self) -> Result<End, Error> {
        let (options, path, capacity) = (&self.options, &self.path, self.capacity_bytes);
        Ok(match (self.listens, self.produces) {
            (true, true) => End::Producing(options.listen_as_producer(path, capacity)?),
            (true, false) => End::Consuming(options.listen(path, capacity)?),
            (false, true) => End::Producing(options.connect(path)?),
            (false, false) => End::Consuming(options.connect_as_consumer(path)?),
        })
    }

    fn send_one(&self, producer: &mut Producer, outcome: &mut Outcome) -> Result<(), Error> {
        let start = Instant::now();
        let room = producer.acquire(self.payload_bytes, Some(self.call));
        outcome.elapsed = start.elapsed();
        let mut room = room?;
        room.fill(outcome.messages as u8);
        outcome.bytes += self.payload_bytes as u64;
        room.commit(self.payload_bytes, 1)
    }

    fn take_one(&self, consumer: &mut Consumer, outcome: &mut Outcome) -> Result<(), Error> {
        let start = Instant::now();
        let message = consumer.acquire(Some(self.call));
        outcome.elapsed = start.elapsed();
        let message = message?;
        outcome.sum += message.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        outcome.bytes += message.len() as u64;
        Ok(())
    }

    fn run(&self, outcome: &mut Outcome) -> Result<(), Error> {
        let start = Instant::now();
        let end = self.open();
        outcome.elapsed = start.elapsed();
        let mut end = end?;
        outcome.stage = "work";
        while outcome.messages < self.messages {
            match &mut end {
                End::Producing(producer) => self.send_one(producer, outcome)?,
                End::Consuming(consumer) => self.take_one(consumer, outcome)?,
            }
            outcome.messages += 1;
        }
        Ok(())
    }
}

fn answer(order: &Order) -> Value {
    let mut outcome =
        Outcome { stage: "open", elapsed: Duration::ZERO, messages: 0, bytes: 0, sum: 0 };
    let (code, text) = match order.run(&mut outcome) {
        Ok(()) => ("Ok".into(), String::new()),
        Err(error) => (format!("{:?}", error.code()), error.to_string()),
    };
    json!({
        "stage": outcome.stage, "code": code, "text": text,
        "elapsed_ns": outcome.elapsed.as_nanos() as u64,
        "messages": outcome.messages, "bytes": outcome.bytes, "sum": outcome.sum,
    })
}

fn main() -> Result<(), Box<dyn AnyError>> {
    for line in io::stdin().lines() {
        println!("{}", answer(&Order::parse(&line?)?));
    }
    Ok(())
}
