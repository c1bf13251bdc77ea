// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"syscall"
)

// sizeBuffer asks for --capacity-bytes, and refuses a message that what it got cannot take.
func sizeBuffer(raw syscall.RawConn, args arguments) {
	capacity := int(args.capacityBytes)
	if capacity > math.MaxInt32 {
		capacity = math.MaxInt32
	}
	var bufferBytes int
	var failure error
	err := raw.Control(func(fd uintptr) {
		failure = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF, capacity)
		if failure == nil {
			bufferBytes, failure = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_SNDBUF)
		}
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		giveUp(4, "cannot set the socket's buffer to --capacity-bytes %d: %v", args.capacityBytes, err)
	}
	if args.payloadBytes > uint64(bufferBytes) || !fits(int(args.payloadBytes), capacity) {
		giveUp(2, "--payload-bytes is %d; a message has to fit into the socket's buffer of %d bytes",
			args.payloadBytes, bufferBytes)
	}
}

// fits tries the size on a pair of sockets like this one: nothing may be sent before `go`, and how
// much of its buffer a socket keeps for itself is the kernel's business.
func fits(payloadBytes, capacity int) bool {
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		giveUp(4, "cannot make a pair of sockets: %v", err)
	}
	defer syscall.Close(ends[0])
	defer syscall.Close(ends[1])
	if err = syscall.SetsockoptInt(ends[0], syscall.SOL_SOCKET, syscall.SO_SNDBUF, capacity); err != nil {
		giveUp(4, "cannot set the buffer of a socket to %d bytes: %v", capacity, err)
	}
	_, err = syscall.Write(ends[0], make([]byte, payloadBytes))
	return err == nil
}
