// SPDX-License-Identifier: Apache-2.0
//! What a consumer hands its messages to.
//!
//! A [`Recorder`] keeps HDR histograms per interval, window means, counts of what went wrong and a
//! bounded buffer of samples, and writes them into one directory at the end. Its memory does not
//! grow with the number of messages. The C interface of the same is `tickring/recorder.h`.

mod clock;
mod error;
mod ffi;
mod ffi_trades;
mod files;
mod gaps;
mod groups;
mod intervals;
mod latencies;
mod memory;
mod mixed;
mod options;
mod pace;
mod progress;
mod recorder;
mod rehearsal;
mod samples;
mod schedule;
mod sequence;
mod tally;
mod tick;
mod trades;
mod windows;

pub use clock::Clock;
pub use error::Error;
pub use intervals::HIGHEST_NS;
pub use mixed::{mixed_bytes, write_mixed};
pub use options::Options;
pub use recorder::{Message, Recorder};
pub use schedule::Schedule;
pub use tick::{TICK_BYTES, tick_payload, tick_type_id};
pub use trades::Trades;
