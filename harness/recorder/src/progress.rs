// SPDX-License-Identifier: Apache-2.0
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::{MmapOptions, MmapRaw};

use crate::Error;

const BYTES: usize = size_of::<u64>();

/// The file `progress`: the messages received so far, for anybody to read while the run goes on.
#[derive(Debug)]
pub(crate) struct Progress {
    map: MmapRaw,
}

impl Progress {
    pub fn create(directory: &Path) -> Result<Self, Error> {
        let path = directory.join("progress");
        let failed = |error| Error::io(format_args!("cannot create {}", path.display()), &error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(failed)?;
        // Written, not only extended: a full disk shows here instead of as SIGBUS later.
        file.write_all(&[0; BYTES]).map_err(failed)?;
        let map = MmapOptions::new().len(BYTES).map_raw(&file).map_err(failed)?;
        let progress = Self { map };
        progress.store(0);
        Ok(progress)
    }

    /// Relaxed: only the recorder writes the word, and nothing is ordered by it.
    #[inline]
    pub fn store(&self, received: u64) {
        // SAFETY: the map is page-aligned, 8 bytes long and lives as long as self.
        let word = unsafe { AtomicU64::from_ptr(self.map.as_mut_ptr().cast()) };
        word.store(received, Ordering::Relaxed);
    }
}
