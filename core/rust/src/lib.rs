// SPDX-License-Identifier: Apache-2.0
//! A single-producer single-consumer ring in shared memory.
//!
//! One process listens and consumes, another connects and produces:
//!
//! ```no_run
//! # fn main() -> Result<(), tickring::Error> {
//! let mut consumer = tickring::Consumer::listen("/tmp/ticks.sock", 1 << 20)?;
//! loop {
//!     let message = consumer.acquire(None)?;
//!     if message.type_id() == 0 {
//!         break;
//!     }
//!     println!("{} bytes", message.len());
//! } // the message goes back to the producer where it is dropped
//! # Ok(())
//! # }
//! ```
//!
//! ```no_run
//! # fn main() -> Result<(), tickring::Error> {
//! let mut producer = tickring::Options::new().publish_every(32).connect("/tmp/ticks.sock")?;
//! let mut message = producer.acquire(8, None)?;
//! message.copy_from_slice(&7u64.to_le_bytes());
//! message.commit(8, 1)?;
//! producer.flush()?;
//! # Ok(())
//! # }
//! ```
//!
//! A producer with many messages of one size sends them by the batch: [`BatchSender`].
//!
//! An end may move to another thread, but two threads cannot share it:
//!
//! ```compile_fail,E0277
//! fn shareable<T: Sync>() {}
//! shareable::<tickring::Consumer>();
//! ```
//!
//! [`sys`] is the C interface itself.

#![deny(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod batch_sender;
mod bus;
mod consumer;
mod error;
mod options;
mod producer;
pub mod sys;

pub use batch_sender::BatchSender;
pub use bus::{PeerState, Stats};
pub use consumer::{Consumer, RxBatch, RxGuard};
pub use error::{Code, Error};
pub use options::{Options, Wait};
pub use producer::{Producer, TxGuard};

/// "major.minor.patch" of the library.
pub fn version() -> String {
    // SAFETY: a constant of the library.
    unsafe { error::text(sys::tickring_version()) }
}
