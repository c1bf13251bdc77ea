// SPDX-License-Identifier: Apache-2.0

package main

import (
	"syscall"
	"time"
	"unsafe"
)

// clock reads the run's clock, in nanoseconds.
type clock func() uint64

func realtime() uint64 { return uint64(time.Now().UnixNano()) }

const clockMonotonic = 1

// Lies outside of monotonic() so that no read allocates.
var monotonicTime syscall.Timespec

// monotonic makes a system call: the standard library reads this clock without one, but gives out
// only differences, and an origin found by comparing the two would put its error into each stamp.
func monotonic() uint64 {
	at := uintptr(unsafe.Pointer(&monotonicTime))
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, at, 0)
	return uint64(monotonicTime.Nano())
}
