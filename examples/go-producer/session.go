// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// stopFlag is set by SIGTERM.
type stopFlag struct {
	set  atomic.Bool
	came chan os.Signal
	done chan struct{}
}

func watchForStop() *stopFlag {
	stop := &stopFlag{came: make(chan os.Signal, 1), done: make(chan struct{})}
	signal.Notify(stop.came, syscall.SIGTERM)
	return stop
}

// wakes has the signal interrupt that link, too. Call it once.
func (s *stopFlag) wakes(link *link) {
	go func() {
		<-s.came
		s.set.Store(true)
		link.interrupt()
		close(s.done)
	}()
}

// isSet may be asked of nil, which is never stopped.
func (s *stopFlag) isSet() bool { return s != nil && s.set.Load() }

// listenToHarness says `ready` and waits for `go`, or for the stop. The end of standard input before
// `go` ends the program.
func listenToHarness(stop *stopFlag) (startNs uint64, begun bool) {
	lines := make(chan string)
	go func() {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil {
			giveUp(4, "standard input has ended without a line: the run was given up")
		}
		lines <- strings.TrimSuffix(line, "\n")
	}()
	os.Stdout.WriteString("ready\n")
	select {
	case <-stop.done:
		return 0, false
	case line := <-lines:
		startNs, err := strconv.ParseUint(strings.TrimPrefix(line, "go "), 10, 64)
		if err != nil || !strings.HasPrefix(line, "go ") {
			giveUp(4, "the harness wrote '%s'; allowed is: go START_NS", line)
		}
		return startNs, true
	}
}

func report(result outcome, timesFull uint64, before syscall.Rusage) {
	after := resourceUsage()
	line, err := json.Marshal(struct {
		Messages            uint64 `json:"messages"`
		ElapsedNs           int64  `json:"elapsed_ns"`
		BackpressureCount   uint64 `json:"backpressure_count"`
		VoluntarySwitches   int64  `json:"voluntary_switches"`
		InvoluntarySwitches int64  `json:"involuntary_switches"`
		MinorFaults         int64  `json:"minor_faults"`
		MajorFaults         int64  `json:"major_faults"`
		End                 string `json:"end"`
		Error               string `json:"error,omitempty"`
	}{
		result.messages, result.elapsedNs, timesFull,
		after.Nvcsw - before.Nvcsw, after.Nivcsw - before.Nivcsw,
		after.Minflt - before.Minflt, after.Majflt - before.Majflt,
		result.end, result.sentence,
	})
	if err != nil {
		giveUp(4, "cannot write the report: %v", err)
	}
	os.Stdout.WriteString("report " + string(line) + "\n")
}
