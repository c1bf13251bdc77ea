// SPDX-License-Identifier: Apache-2.0
use serde::Serialize;

/// What the kernel counted for the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Usage {
    voluntary_switches: i64,
    involuntary_switches: i64,
    minor_faults: i64,
    major_faults: i64,
}

impl Usage {
    pub fn now() -> Self {
        // SAFETY: an rusage is plain numbers, and zeros are some.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: `usage` outlives the call.
        unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
        Self {
            voluntary_switches: usage.ru_nvcsw,
            involuntary_switches: usage.ru_nivcsw,
            minor_faults: usage.ru_minflt,
            major_faults: usage.ru_majflt,
        }
    }

    pub fn since(self, earlier: Self) -> Self {
        Self {
            voluntary_switches: self.voluntary_switches - earlier.voluntary_switches,
            involuntary_switches: self.involuntary_switches - earlier.involuntary_switches,
            minor_faults: self.minor_faults - earlier.minor_faults,
            major_faults: self.major_faults - earlier.major_faults,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_touched_for_the_first_time_shows_as_a_minor_fault() {
        let before = Usage::now();
        std::hint::black_box(vec![1_u8; 1 << 20]);
        assert!(Usage::now().since(before).minor_faults > 0);
    }
}
