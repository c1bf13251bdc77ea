// SPDX-License-Identifier: Apache-2.0
use std::ffi::{CStr, c_char, c_int};
use std::fmt;

use crate::sys;

/// What a call can answer instead of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Nothing has been published.
    Empty,
    /// No room until the consumer releases some.
    Full,
    /// The deadline passed; says nothing about the peer's health.
    Timeout,
    /// A signal handler ran during a sleep; call again to go on.
    Interrupted,
    /// The peer closed its end; a consumer has read everything.
    PeerClosed,
    /// The kernel says that the peer is gone without closing.
    PeerDead,
    /// The shared memory holds what no working peer writes; for good.
    Corrupt,
    /// Larger than the ring's largest payload: will never fit.
    TooLarge,
    /// An argument is out of its range.
    InvalidArgument,
    /// Not now: wrong role, or no message acquired.
    BadState,
    /// A live listener has this path.
    AddressInUse,
    /// Nobody listens on this path.
    NotFound,
    /// Refused by the system, or the peer is another user.
    Permission,
    /// The peer's handshake is not ours: version, layout, role.
    Protocol,
    /// Descriptors, memory or the file size limit are used up.
    NoResources,
    /// This bus belongs to the parent process.
    Forked,
    /// The kernel lacks what is needed.
    Unsupported,
    /// A code that this crate does not know.
    Other(c_int),
}

impl From<c_int> for Code {
    fn from(code: c_int) -> Self {
        match code {
            sys::TICKRING_EMPTY => Self::Empty,
            sys::TICKRING_FULL => Self::Full,
            sys::TICKRING_TIMEOUT => Self::Timeout,
            sys::TICKRING_INTERRUPTED => Self::Interrupted,
            sys::TICKRING_PEER_CLOSED => Self::PeerClosed,
            sys::TICKRING_PEER_DEAD => Self::PeerDead,
            sys::TICKRING_CORRUPT => Self::Corrupt,
            sys::TICKRING_TOO_LARGE => Self::TooLarge,
            sys::TICKRING_INVALID_ARGUMENT => Self::InvalidArgument,
            sys::TICKRING_BAD_STATE => Self::BadState,
            sys::TICKRING_ADDRESS_IN_USE => Self::AddressInUse,
            sys::TICKRING_NOT_FOUND => Self::NotFound,
            sys::TICKRING_PERMISSION => Self::Permission,
            sys::TICKRING_PROTOCOL => Self::Protocol,
            sys::TICKRING_NO_RESOURCES => Self::NoResources,
            sys::TICKRING_FORKED => Self::Forked,
            sys::TICKRING_UNSUPPORTED => Self::Unsupported,
            other => Self::Other(other),
        }
    }
}

/// A code, and in words the field, its value and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    text: Box<str>,
}

impl Error {
    /// What the last failed call on this thread ran into; for calls of [`sys`].
    #[cold]
    pub fn last() -> Self {
        // SAFETY: both may be called at any time; the text is valid until the next failure.
        let (code, text) =
            unsafe { (sys::tickring_last_error(), text(sys::tickring_last_error_text())) };
        Self { code: code.into(), text: text.into() }
    }

    pub(crate) fn invalid(text: impl Into<Box<str>>) -> Self {
        Self { code: Code::InvalidArgument, text: text.into() }
    }

    /// The answer of a call that returns int.
    #[inline]
    pub(crate) fn check(code: c_int) -> Result<(), Self> {
        if code == sys::TICKRING_OK { Ok(()) } else { Err(Self::last()) }
    }

    /// Which kind of failure it is.
    pub fn code(&self) -> Code {
        self.code
    }
}

/// # Safety
/// `string` is a C string that nobody changes during the call.
pub(crate) unsafe fn text(string: *const c_char) -> String {
    // SAFETY: by this function's contract.
    unsafe { CStr::from_ptr(string) }.to_string_lossy().into_owned()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
