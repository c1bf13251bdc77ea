// SPDX-License-Identifier: Apache-2.0

// A producer for the transport uds, written from docs/participants.md alone.
package main

import (
	"os"
	"syscall"
	"time"
)

func main() {
	stop := watchForStop()
	args := parseArguments(os.Args[1:])
	link := connect(args)
	ticks := newTicks(args)
	ticks.message(0, args.now()) // warms up: nothing may be sent before `go`
	stop.wakes(link)

	startNs, begun := listenToHarness(stop)
	before := resourceUsage()
	result := outcome{begin: time.Now(), end: stopped, sentence: stoppedSentence}
	if begun {
		result = sendAll(args, link, ticks, stop, startNs)
	}
	result.endStream(link, ticks)
	report(result, link.timesFull, before)
}

// resourceUsage is that of the whole process up to now.
func resourceUsage() syscall.Rusage {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		giveUp(4, "cannot read the resource usage: %v", err)
	}
	return usage
}
