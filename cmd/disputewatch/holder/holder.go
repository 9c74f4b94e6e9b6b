// Package holder is who holds a claim in the case book: the name of a process, whether
// a process of such a name still runs, and that a SQLite book has one daemon.
package holder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Self names this process in its claims: host/pid for people and, after a #,
// what a later process needs to tell whether this one has ended: where its
// number counts, and when it began.
func Self() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	name := fmt.Sprintf("%s/%d", host, os.Getpid())
	place := placeOf(host)
	_, began := statOf("self")
	if place == "" || began == "" {
		return name
	}
	return name + "#" + place + "-" + began
}

// Name is a holder without what only programs read.
func Name(holder string) string {
	name, _, _ := strings.Cut(holder, "#")
	return name
}

// Dead says whether a holder has certainly ended: its number counts where ours
// does, and is free, or another process has it. Of a holder on another machine
// or in another container nothing is certain.
func Dead(holder string) bool {
	ours, known := judge(holder)
	return known && !ours
}

// Alive says whether a holder is certainly a process that runs.
func Alive(holder string) bool {
	runs, known := judge(holder)
	return known && runs
}

// judge says whether the process that a holder names runs, where that can be
// known.
func judge(holder string) (runs, known bool) {
	name, id, _ := strings.Cut(holder, "#")
	slash := strings.LastIndexByte(name, '/')
	if slash < 0 {
		return false, false
	}
	place, began, _ := strings.Cut(id, "-")
	pid, err := strconv.Atoi(name[slash+1:])
	if err != nil || pid <= 0 || began == "" || place != placeOf(name[:slash]) {
		return false, false
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return false, errors.Is(err, os.ErrProcessDone)
	}
	defer p.Release()
	if err := p.Signal(syscall.Signal(0)); errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH) {
		return false, true
	}
	state, is := statOf(strconv.Itoa(pid))
	if state == "Z" || state == "X" {
		return false, true // it has ended, and nobody has asked how
	}
	// A process of another account may be hidden: it runs, but may be another.
	return is == "" || is == began, is != ""
}

// placeOf is where process numbers are the same as here: the machine, or this
// boot of one without an id, the PID namespace, and the host's name. It is ""
// where that cannot be known.
func placeOf(host string) string {
	machine, err := os.ReadFile("/etc/machine-id")
	if len(strings.TrimSpace(string(machine))) == 0 {
		machine, err = os.ReadFile("/proc/sys/kernel/random/boot_id")
	}
	space, err2 := os.Readlink("/proc/self/ns/pid")
	if err != nil || err2 != nil {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s", machine, space, host))
	return hex.EncodeToString(sum[:4])
}

// statOf is the state of a process, and when it began in clock ticks since the
// boot: fields 3 and 22 of proc(5)'s stat. They are "" where that cannot be read.
func statOf(pid string) (state, began string) {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	end := strings.LastIndexByte(string(stat), ')') // of the name, which may hold anything
	if err != nil || end < 0 {
		return "", ""
	}
	fields := strings.Fields(string(stat[end+1:]))
	const first = 3 // the number of the field after the name
	if len(fields) <= 22-first {
		return "", ""
	}
	return fields[0], fields[22-first]
}
