// SPDX-License-Identifier: Apache-2.0
//! What a Rust program needs to be measured by the harness; `docs/participants.md` is the contract.
//!
//! A consumer: [`Arguments::parse`], [`say_listening`], [`Session::ready`], its loop, [`Session::report`].

mod arguments;
mod session;
mod usage;

pub use arguments::{ArgumentError, Arguments, Role, WaitPolicy};
pub use session::{End, Session, Totals, exit_unable, say_listening, stop_requested};
