package sender

import (
	"context"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// serveTXT is a DNS server on loopback that knows one TXT record, in two
// strings, and nothing else.
func serveTXT(t *testing.T, name string, record ...string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Authoritative, m.RecursionAvailable = true, true, true
			m.Additionals = nil
			m.RCode = dnsmessage.RCodeNameError
			if q := m.Questions[0]; strings.EqualFold(q.Name.String(), name+".") {
				m.RCode = dnsmessage.RCodeSuccess
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
					Body:   &dnsmessage.TXTResource{TXT: record},
				}}
			}
			if b, err := m.Pack(); err == nil {
				conn.WriteTo(b, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}

func TestConfiguredResolverIsAsked(t *testing.T) {
	s := newSigner(t)
	half := len(s.record) / 2
	lookup := Resolver(serveTXT(t, "s1._domainkey.klarna.com", s.record[:half], s.record[half:]))
	if _, err := lookupKey(context.Background(), "s1._domainkey.klarna.com", lookup); err != nil {
		t.Errorf("a key in two strings: %v", err)
	}
	_, err := lookupKey(context.Background(), "s2._domainkey.klarna.com", lookup)
	if err == nil || err.Error() != "there is no such key" {
		t.Errorf("a name that is not there: %v", err)
	}
}

func TestResolverThatDoesNotAnswerIsNoDisproof(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0") // takes questions and is silent
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := lookupKey(ctx, "s1._domainkey.klarna.com", Resolver(conn.LocalAddr().String())); err != errNoAnswer {
		t.Errorf("%v", err)
	}
}
