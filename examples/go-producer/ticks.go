// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

const (
	tickBytes      = 32
	priceOffset    = 8
	quantityOffset = 16
	stampOffset    = 20
	checksumOffset = 28
)

// ticks makes the messages, all in the same memory.
type ticks struct {
	buffer []byte
	mixed  bool
}

func newTicks(args arguments) *ticks {
	made := &ticks{buffer: make([]byte, args.payloadBytes), mixed: args.mixed}
	copy(made.buffer, "BTCUSDT")
	return made
}

// message is the one of that number; it is valid until the next one is made.
func (t *ticks) message(sequence, stampNs uint64) []byte {
	price := 60000 + float64(sequence%1024)/4
	binary.LittleEndian.PutUint64(t.buffer[priceOffset:], math.Float64bits(price))
	binary.LittleEndian.PutUint32(t.buffer[quantityOffset:], uint32(sequence))
	binary.LittleEndian.PutUint64(t.buffer[stampOffset:], stampNs)
	if !t.mixed {
		return t.buffer
	}
	message := t.buffer[:t.mixedBytes(sequence)]
	for i := tickBytes; i < len(message); i++ {
		message[i] = byte(sequence + uint64(i))
	}
	binary.LittleEndian.PutUint32(message[checksumOffset:], 0)
	binary.LittleEndian.PutUint32(message[checksumOffset:], crc32.ChecksumIEEE(message))
	return message
}

func (t *ticks) mixedBytes(sequence uint64) uint64 {
	scattered := uint64(uint32(sequence) * 2654435761)
	return tickBytes + scattered%uint64(len(t.buffer)-tickBytes+1)
}

// endOfStream is the message of zeros.
func (t *ticks) endOfStream() []byte {
	if t.mixed {
		return make([]byte, tickBytes)
	}
	return make([]byte, len(t.buffer))
}
