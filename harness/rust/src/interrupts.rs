// SPDX-License-Identifier: Apache-2.0

extern "C" fn ignore(_signal: libc::c_int) {}

/// For transports that sleep without a limit: SIGALRM comes so often from now on, and does nothing
/// but interrupt a call that sleeps.
pub fn interrupt_sleeps_every(interval_ns: u64) {
    let handler: extern "C" fn(libc::c_int) = ignore;
    let interval = libc::timeval {
        tv_sec: (interval_ns / 1_000_000_000) as libc::time_t,
        tv_usec: (interval_ns % 1_000_000_000 / 1_000) as libc::suseconds_t,
    };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    // SAFETY: a sigaction is plain numbers; without SA_RESTART, so that a call ends. The handler
    // does nothing, and both structures outlive the calls.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as usize;
        libc::sigaction(libc::SIGALRM, &action, std::ptr::null_mut());
        libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut());
    }
}
