// SPDX-License-Identifier: Apache-2.0
use std::{fmt, io};

/// Why a call failed: an errno value, and in words the field, its value and what is allowed.
#[derive(Debug, Clone)]
pub struct Error {
    errno: i32,
    text: String,
}

impl Error {
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self { errno: libc::EINVAL, text: text.into() }
    }

    pub(crate) fn io(what: impl fmt::Display, error: &io::Error) -> Self {
        let errno = error.raw_os_error().unwrap_or(libc::EIO);
        Self { errno, text: format!("{what}: {error}") }
    }

    pub(crate) fn panicked() -> Self {
        Self { errno: libc::EIO, text: "the recorder failed; standard error says where".into() }
    }

    /// The errno value.
    pub fn errno(&self) -> i32 {
        self.errno
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
