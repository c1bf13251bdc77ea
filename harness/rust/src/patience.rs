// SPDX-License-Identifier: Apache-2.0
use std::time::{Duration, Instant};

use crate::{Arguments, End, stop_requested};

/// How many polls in vain pass between two looks at the clock.
const POLLS_PER_LOOK: u32 = 1024;

/// For transports that are polled: how long to go on in vain.
#[derive(Debug)]
pub struct Patience {
    timeout: Duration,
    polls: u32,
    since: Option<Instant>,
}

impl Patience {
    /// As long as the time-out of the run.
    pub fn new(arguments: &Arguments) -> Self {
        Self { timeout: Duration::from_nanos(arguments.timeout_ns), polls: 0, since: None }
    }

    /// There was something to do.
    #[inline]
    pub fn renew(&mut self) {
        self.since = None;
    }

    /// There was nothing to do: pauses for a moment.
    ///
    /// # Errors
    /// How the run ends: nothing happened for the time-out, or a stop was asked for.
    #[inline]
    pub fn spend(&mut self) -> Result<(), End> {
        std::hint::spin_loop();
        self.polls = self.polls.wrapping_add(1);
        if self.polls.is_multiple_of(POLLS_PER_LOOK) { self.look() } else { Ok(()) }
    }

    #[cold]
    fn look(&mut self) -> Result<(), End> {
        if stop_requested() {
            return Err(End::Stopped);
        }
        if self.since.get_or_insert_with(Instant::now).elapsed() >= self.timeout {
            return Err(End::Timeout("nothing happened for the time-out".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(timeout: Duration) -> Patience {
        Patience { timeout, polls: 0, since: None }
    }

    fn spend_one_look(patience: &mut Patience) -> Result<(), End> {
        (0..POLLS_PER_LOOK).try_for_each(|_| patience.spend())
    }

    #[test]
    fn it_ends_with_the_time_out() {
        assert!(matches!(spend_one_look(&mut patience(Duration::ZERO)), Err(End::Timeout(_))));
    }

    #[test]
    fn it_lasts_until_the_time_out() {
        let mut patient = patience(Duration::from_secs(3600));
        assert_eq!(spend_one_look(&mut patient), Ok(()));
        assert!(patient.since.is_some());
    }

    #[test]
    fn a_message_renews_it() {
        let mut patient = patience(Duration::from_secs(3600));
        spend_one_look(&mut patient).unwrap();
        patient.renew();
        assert!(patient.since.is_none());
    }
}
