// SPDX-License-Identifier: Apache-2.0
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use crate::ArgumentError;

/// Why a participant cannot start, and its exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unable {
    status: u8,
    why: String,
}

impl Unable {
    /// It was asked for something that it cannot do: status 2.
    pub fn asked_wrongly(why: impl Display) -> Self {
        Self { status: 2, why: why.to_string() }
    }

    /// Anything else: status 4.
    pub fn broken(why: impl Display) -> Self {
        Self { status: 4, why: why.to_string() }
    }

    /// Says it on standard error.
    pub(crate) fn exit(&self) -> ExitCode {
        eprintln!("{}", self.why);
        ExitCode::from(self.status)
    }
}

impl From<ArgumentError> for Unable {
    fn from(error: ArgumentError) -> Self {
        Self::asked_wrongly(error)
    }
}

impl From<io::Error> for Unable {
    fn from(error: io::Error) -> Self {
        Self::broken(error)
    }
}

impl From<tickring_recorder::Error> for Unable {
    fn from(error: tickring_recorder::Error) -> Self {
        Self::broken(error)
    }
}
