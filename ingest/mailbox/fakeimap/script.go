package fakeimap

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// HangUp at the end of a script's answer closes the connection after it.
const HangUp = "\x00hang up"

// Script says exactly which bytes answer a command; "" is silence. It is asked
// for the greeting with an empty tag. It is never called twice at a time.
type Script func(tag, command string) string

// Scripted is a server that follows a script, without TLS.
type Scripted struct {
	listener net.Listener
	script   Script
	running  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	ended bool
}

// StartScript starts a server on a free port of 127.0.0.1.
func StartScript(script Script) (*Scripted, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start scripted IMAP server: %w", err)
	}
	s := &Scripted{listener: listener, script: script, conns: map[net.Conn]struct{}{}}
	s.running.Go(s.accept)
	return s, nil
}

// Port is the port on 127.0.0.1.
func (s *Scripted) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Close ends the server and its connections.
func (s *Scripted) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close() // they end, whatever it says
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Scripted) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = struct{}{}
		if s.ended {
			_ = conn.Close() // Close did not see it
		}
		s.mu.Unlock()
		s.running.Go(func() { s.talk(conn) })
	}
}

func (s *Scripted) talk(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewReader(conn)
	for tag, command := "", ""; s.say(conn, tag, command); {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ = strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	}
}

func (s *Scripted) say(conn net.Conn, tag, command string) bool {
	s.mu.Lock()
	answer := s.script(tag, command)
	s.mu.Unlock()
	answer, last := strings.CutSuffix(answer, HangUp)
	_, err := io.WriteString(conn, answer)
	return err == nil && !last
}
