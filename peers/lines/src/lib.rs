// SPDX-License-Identifier: Apache-2.0
//! Messages in bare shared memory, with one number that says how many are written and one that says
//! how many are taken. Beyond the room nothing is checked; there is no header, no other size and no
//! way to sleep. It is what a ring costs at the least between programs like these.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::process;
use std::sync::atomic::AtomicU64;

use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, memfd_create};
use tickring_participant::{Arguments, Unable, require_ticks};

/// A message.
pub type Payload = [u8; 32];

/// Written by one end and read by the other. The processor may fetch lines in pairs.
#[repr(C, align(128))]
struct Word(AtomicU64);

#[repr(C)]
struct Words {
    written: Word,
    taken: Word,
}

/// The memory, as one of the ends has it.
pub struct Lines {
    memory: MmapRaw,
    mask: u64,
    slot_bytes: u64,
    /// The consumer's has to stay open for the producer to find it.
    _file: File,
}

impl Lines {
    /// Consumer: makes the memory, which has no name, and leaves a link to it at the endpoint.
    pub fn make(arguments: &Arguments) -> Result<Self, Unable> {
        let broken = |error| Unable::broken(format!("cannot make the shared memory: {error}"));
        let file = File::from(memfd_create("lines", MemfdFlags::CLOEXEC).map_err(broken)?);
        file.set_len(size_of::<Words>() as u64 + capacity_bytes(arguments))?;
        symlink(format!("/proc/{}/fd/{}", process::id(), file.as_raw_fd()), &arguments.endpoint)?;
        Self::map(file, arguments)
    }

    /// Producer: takes what the consumer has made.
    pub fn take(arguments: &Arguments) -> Result<Self, Unable> {
        Self::map(File::options().read(true).write(true).open(&arguments.endpoint)?, arguments)
    }

    fn map(file: File, arguments: &Arguments) -> Result<Self, Unable> {
        let slot_bytes = slot_bytes(arguments)?;
        let memory = MmapOptions::new().populate().map_raw(&file)?;
        let mask = capacity_bytes(arguments) / slot_bytes - 1;
        Ok(Self { memory, mask, slot_bytes, _file: file })
    }

    fn words(&self) -> &Words {
        // SAFETY: the memory begins with them, at a page, lives as long as self, and is only used
        // through atomics there.
        unsafe { &*self.memory.as_ptr().cast() }
    }

    /// How many messages the producer has told of; stored by it, loaded by the consumer.
    pub fn written(&self) -> &AtomicU64 {
        &self.words().written.0
    }

    /// How many messages the consumer is done with; stored by it, loaded by the producer.
    pub fn taken(&self) -> &AtomicU64 {
        &self.words().taken.0
    }

    /// How many messages there is room for.
    pub fn room(&self) -> u64 {
        self.mask + 1
    }

    /// Where message `number` is.
    #[inline]
    pub fn slot(&self, number: u64) -> *mut Payload {
        let offset = size_of::<Words>() as u64 + (number & self.mask) * self.slot_bytes;
        self.memory.as_mut_ptr().wrapping_add(offset as usize).cast()
    }
}

/// A line for each message, as a ring has it that gives each a header; or two messages in a line.
fn slot_bytes(arguments: &Arguments) -> Result<u64, Unable> {
    require_ticks(arguments)?;
    arguments.require_api(&["reference", "packed"])?;
    let (asked, own) = (arguments.payload_bytes, size_of::<Payload>() as u64);
    if asked != own {
        let why = format!("--payload-bytes is {asked}; these lines have messages of {own}");
        return Err(Unable::asked_wrongly(why));
    }
    Ok(if arguments.api == "packed" { own } else { 2 * own })
}

/// A power of two.
fn capacity_bytes(arguments: &Arguments) -> u64 {
    arguments.capacity_bytes.next_power_of_two()
}
