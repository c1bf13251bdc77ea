// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"math/bits"
	"time"
)

const nsPerS = 1_000_000_000

// How a run ended, in the words of the report.
const (
	complete   = "complete"
	stopped    = "stopped"
	peerClosed = "peer_closed"
	timedOut   = "timeout"
	broken     = "error"
)

const stoppedSentence = "SIGTERM stopped the producer"

// failure is why a message was not sent.
type failure struct{ end, sentence string }

func failed(err error) *failure {
	return &failure{broken, "cannot write to the socket: " + err.Error()}
}

// outcome is what there is to report of the messages.
type outcome struct {
	messages  uint64
	begin     time.Time
	elapsedNs int64
	end       string
	sentence  string
}

func (o *outcome) failed(why *failure) { o.end, o.sentence = why.end, why.sentence }

// endStream sends the last message where the peer can still be told, and stops the time.
func (o *outcome) endStream(link *link, ticks *ticks) {
	if o.end == complete || o.end == stopped {
		if failure := link.send(ticks.endOfStream(), nil); failure != nil {
			o.failed(failure)
		}
	}
	o.elapsedNs = time.Since(o.begin).Nanoseconds()
}

// plan says how many messages are sent, and when.
type plan struct {
	messages uint64
	startNs  uint64
	ratePerS uint64
	endNs    uint64
}

func makePlan(args arguments, startNs uint64) plan {
	made := plan{args.messages, startNs, args.ratePerS, math.MaxUint64}
	if made.messages == 0 {
		made.messages = math.MaxUint64
	}
	if args.durationNs != 0 && args.ratePerS == 0 {
		made.endNs = startNs + args.durationNs
	} else if args.durationNs != 0 {
		// With a rate, a limit in time is a number of messages.
		if inTime := scaled(args.durationNs, args.ratePerS, nsPerS); inTime < made.messages {
			made.messages = inTime
		}
	}
	return made
}

// scaled is a * b / c, rounded down, or the largest number when it is beyond that.
func scaled(a, b, c uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high >= c {
		return math.MaxUint64
	}
	quotient, _ := bits.Div64(high, low, c)
	return quotient
}

// dueNs is when that message is to be sent, or the start without a rate.
func (p plan) dueNs(sequence uint64) uint64 {
	if p.ratePerS == 0 {
		return p.startNs
	}
	return p.startNs + scaled(sequence, nsPerS, p.ratePerS)
}

// sendAll sends what the plan says, and leaves the end of the stream to the caller.
func sendAll(args arguments, link *link, ticks *ticks, stop *stopFlag, startNs uint64) outcome {
	plan := makePlan(args, startNs)
	readsClock := args.stamped || plan.endNs != math.MaxUint64
	waitUntil(startNs, args.now, stop)
	result := outcome{begin: time.Now(), end: complete}
	for result.messages < plan.messages {
		if plan.ratePerS != 0 {
			waitUntil(plan.dueNs(result.messages), args.now, stop)
		}
		if stop.isSet() {
			result.failed(&failure{stopped, stoppedSentence})
			break
		}
		var nowNs, stampNs uint64
		if readsClock {
			nowNs = args.now()
		}
		if nowNs >= plan.endNs {
			break
		}
		if args.stamped {
			stampNs = nowNs
		}
		if failure := link.send(ticks.message(result.messages, stampNs), stop); failure != nil {
			result.failed(failure)
			break
		}
		result.messages++
	}
	return result
}

// waitUntil polls the clock, for a sleep would wake too late for the schedule.
func waitUntil(dueNs uint64, now clock, stop *stopFlag) {
	for now() < dueNs && !stop.isSet() {
	}
}
