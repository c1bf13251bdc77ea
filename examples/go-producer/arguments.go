// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

// arguments are those of the command line that matter to this transport.
type arguments struct {
	endpoint      string
	messages      uint64
	durationNs    uint64
	payloadBytes  uint64
	capacityBytes uint64
	ratePerS      uint64
	now           clock
	stamped       bool
	mixed         bool
	timeout       time.Duration
}

// giveUp ends the program with a sentence and a status: 2 when it was asked for what it cannot do,
// else 4.
func giveUp(status int, format string, values ...any) {
	fmt.Fprintln(os.Stderr, "go uds producer:", fmt.Sprintf(format, values...))
	os.Exit(status)
}

func parseArguments(words []string) arguments {
	values := pairs(words)
	values.choice("role", "producer")
	values.choice("pattern", "one-way")
	values.choice("api", "reference")
	values.optional("instrument", "0")
	clocks := map[string]clock{"realtime": realtime, "monotonic": monotonic}
	return arguments{
		endpoint:      values.text("endpoint"),
		messages:      values.number("messages", 0, math.MaxUint64),
		durationNs:    values.number("duration-ns", 0, math.MaxInt64),
		payloadBytes:  values.number("payload-bytes", tickBytes, math.MaxInt64),
		capacityBytes: values.number("capacity-bytes", 1, math.MaxInt64),
		ratePerS:      values.number("rate-per-s", 0, math.MaxInt64),
		now:           clocks[values.choice("clock", "realtime", "monotonic")],
		stamped:       values.choice("stamp", "time_ns", "none") == "time_ns",
		mixed:         values.choice("contents", "tick", "mixed") == "mixed",
		timeout:       time.Duration(values.number("timeout-ns", 1, math.MaxInt64)),
	}
}

type keyValues map[string]string

func pairs(words []string) keyValues {
	values := keyValues{}
	for i := 0; i < len(words); i += 2 {
		if !strings.HasPrefix(words[i], "--") {
			giveUp(2, "'%s' stands where a key is expected; allowed are pairs --key value", words[i])
		}
		if i+1 == len(words) {
			giveUp(2, "%s has no value; allowed are pairs --key value", words[i])
		}
		values[strings.TrimPrefix(words[i], "--")] = words[i+1]
	}
	return values
}

func (values keyValues) text(key string) string {
	value, given := values[key]
	if !given {
		giveUp(2, "--%s is missing; every key has to be given", key)
	}
	return value
}

func (values keyValues) choice(key string, allowed ...string) string {
	value := values.text(key)
	for _, one := range allowed {
		if value == one {
			return value
		}
	}
	giveUp(2, "--%s is '%s', and this program has only: %s", key, value, strings.Join(allowed, ", "))
	return ""
}

// optional is for a key that may be missing and has one value only.
func (values keyValues) optional(key, only string) {
	if _, given := values[key]; given {
		values.choice(key, only)
	}
}

func (values keyValues) number(key string, least, most uint64) uint64 {
	text := values.text(key)
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil || value < least || value > most {
		giveUp(2, "--%s is '%s'; allowed are whole numbers from %d to %d", key, text, least, most)
	}
	return value
}
