// SPDX-License-Identifier: Apache-2.0
//! What both ends of a ringfire ring share.

mod round_trip;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ringfire::{FlowControl, RingConsumer, RingProducer, RingProducerBuilder};
use tickring_participant::{Arguments, Unable, require_ticks};

pub use round_trip::{Receiving, Sending};

/// A message. The ring's slots have one size, which its type says.
pub type Payload = [u8; 32];

/// How often an end looks whether the other is there.
pub const RETRY: Duration = Duration::from_millis(1);

/// Whether the producer waits for the consumer instead of overwriting what it has not read.
fn flow_control(arguments: &Arguments) -> Result<FlowControl, Unable> {
    arguments.require_api(&["reference", "lossless"])?;
    Ok(match arguments.api.as_str() {
        "lossless" => FlowControl::LosslessBackpressure,
        _ => FlowControl::LossyLatestWins,
    })
}

/// Refuses mixed contents, and any other size than that of the slots.
pub fn require_payload(arguments: &Arguments) -> Result<(), Unable> {
    require_ticks(arguments)?;
    let (asked, own) = (arguments.payload_bytes, size_of::<Payload>());
    if asked == own as u64 {
        return Ok(());
    }
    Err(Unable::asked_wrongly(format!("--payload-bytes is {asked}; this ring has slots of {own}")))
}

/// Makes a ring of the run's capacity.
pub fn make(endpoint: &Path, arguments: &Arguments) -> Result<RingProducer<Payload>, Unable> {
    let capacity = arguments.capacity_bytes / size_of::<Payload>() as u64;
    RingProducerBuilder::new(capacity)
        .flow_control(flow_control(arguments)?)
        .build(file(endpoint))
        .map_err(Unable::broken)
}

/// Waits for a ring and attaches. Its file loses its name at once, so that nothing is left of it in
/// any case.
pub fn attach(endpoint: &Path, arguments: &Arguments) -> Result<RingConsumer<Payload>, Unable> {
    let path = file(endpoint);
    let deadline = Instant::now() + Duration::from_nanos(arguments.timeout_ns);
    loop {
        match RingConsumer::attach(&path) {
            Ok(ring) => {
                fs::remove_file(&path)?;
                return Ok(ring);
            }
            Err(error) if Instant::now() >= deadline => return Err(Unable::broken(error)),
            Err(_) => thread::sleep(RETRY),
        }
    }
}

/// The ring's file: in shared memory, under a name that only this run has.
fn file(endpoint: &Path) -> PathBuf {
    let name = endpoint.to_string_lossy().replace('/', "-");
    PathBuf::from(format!("/dev/shm/ringfire{name}"))
}

/// The file by which the consumer says that it reads; the producer waits for it.
pub fn attached_mark(endpoint: &Path) -> PathBuf {
    endpoint.with_extension("attached")
}
