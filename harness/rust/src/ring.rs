// SPDX-License-Identifier: Apache-2.0
//! What both ends of the ring make of the contract's arguments and words.

use std::time::Duration;

use tickring::{Code, Error, Options, Wait};

use crate::{Arguments, End, Unable, WaitPolicy};

impl From<WaitPolicy> for Wait {
    fn from(wait: WaitPolicy) -> Self {
        match wait {
            WaitPolicy::Spin => Self::Spin,
            WaitPolicy::Hybrid => Self::Hybrid,
            WaitPolicy::Park => Self::Park,
        }
    }
}

impl From<&Arguments> for Options {
    fn from(arguments: &Arguments) -> Self {
        Self::new()
            .wait(arguments.wait.into())
            .publish_every(arguments.publish_every)
            .arrival_timeout(Some(Duration::from_nanos(arguments.timeout_ns)))
    }
}

/// Why a ring could not be set up.
impl From<Error> for Unable {
    fn from(error: Error) -> Self {
        match error.code() {
            Code::InvalidArgument => Self::asked_wrongly(error),
            _ => Self::broken(error),
        }
    }
}

/// How a stream ended that did not end by itself.
impl From<Error> for End {
    fn from(error: Error) -> Self {
        let why = error.to_string();
        match error.code() {
            Code::PeerClosed => Self::PeerClosed(why),
            Code::PeerDead => Self::PeerDead(why),
            Code::Timeout => Self::Timeout(why),
            _ => Self::Error(why),
        }
    }
}
