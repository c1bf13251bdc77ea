// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"
)

// link is the connected socket.
type link struct {
	connection *net.UnixConn
	raw        syscall.RawConn
	timeout    time.Duration
	timesFull  uint64

	// What attempt works on: made once, so that a send allocates nothing.
	message []byte
	result  error
	attempt func(fd uintptr) bool
	insist  func(fd uintptr) bool

	guard         sync.Mutex // of interruptible, and of the deadline with it
	interruptible bool
}

func connect(args arguments) *link {
	dialled, err := net.DialTimeout("unixpacket", args.endpoint, args.timeout)
	if err != nil {
		giveUp(4, "cannot connect to --endpoint %s: %v", args.endpoint, err)
	}
	connection := dialled.(*net.UnixConn)
	raw, err := connection.SyscallConn()
	if err != nil {
		giveUp(4, "cannot use the socket at --endpoint %s: %v", args.endpoint, err)
	}
	sizeBuffer(raw, args)
	made := &link{connection: connection, raw: raw, timeout: args.timeout}
	made.attempt = func(fd uintptr) bool {
		_, made.result = syscall.Write(int(fd), made.message)
		return true
	}
	made.insist = func(fd uintptr) bool {
		made.attempt(fd)
		return made.result != syscall.EAGAIN
	}
	return made
}

// send waits while the socket is full, and gives up after the time-out, or when stop comes; without
// a stop only after the time-out.
func (l *link) send(message []byte, stop *stopFlag) *failure {
	l.message = message
	if err := l.raw.Write(l.attempt); err != nil {
		return failed(err)
	}
	if l.result == syscall.EAGAIN {
		l.timesFull++
		if failure := l.sendWhenRoom(stop); failure != nil {
			return failure
		}
	}
	if l.result == syscall.EPIPE || l.result == syscall.ECONNRESET {
		return &failure{peerClosed, "the consumer closed its end of the socket"}
	}
	if l.result != nil {
		return failed(l.result)
	}
	return nil
}

func (l *link) sendWhenRoom(stop *stopFlag) *failure {
	if !l.beginWait(stop) {
		return &failure{stopped, stoppedSentence}
	}
	err := l.raw.Write(l.insist)
	l.endWait()
	var overdue net.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &overdue) || !overdue.Timeout():
		return failed(err)
	case stop.isSet():
		return &failure{stopped, stoppedSentence}
	}
	return &failure{timedOut, fmt.Sprintf("the socket stayed full for %v (--timeout-ns)", l.timeout)}
}

// beginWait sets the deadline of the wait; false: the stop has come already.
func (l *link) beginWait(stop *stopFlag) bool {
	l.guard.Lock()
	defer l.guard.Unlock()
	if stop.isSet() {
		return false
	}
	l.interruptible = stop != nil
	l.connection.SetWriteDeadline(time.Now().Add(l.timeout))
	return true
}

// endWait takes the deadline away, which would otherwise fail a later send.
func (l *link) endWait() {
	l.guard.Lock()
	defer l.guard.Unlock()
	l.interruptible = false
	l.connection.SetWriteDeadline(time.Time{})
}

// interrupt wakes a send that waits for room, unless it is to go on in spite of a stop.
func (l *link) interrupt() {
	l.guard.Lock()
	defer l.guard.Unlock()
	if l.interruptible {
		l.connection.SetWriteDeadline(time.Unix(1, 0))
	}
}
