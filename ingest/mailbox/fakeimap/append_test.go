package fakeimap_test

import (
	"bytes"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

func TestMailThatComesWhileAnotherIsSentHangsNobody(t *testing.T) {
	s, err := fakeimap.Start(fakeimap.Options{Security: "none"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Append("INBOX", []byte("Subject: a\r\n\r\nb\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	said := func(end string) {
		t.Helper()
		var all []byte
		for b := make([]byte, 1024); !bytes.Contains(all, []byte(end)); {
			n, err := c.Read(b)
			if err != nil {
				t.Fatalf("%v after %q", err, all)
			}
			all = append(all, b[:n]...)
		}
	}
	fmt.Fprint(c, "1 LOGIN shop secret\r\n2 SELECT INBOX\r\n")
	said("\r\n2 OK")
	s.Stall(true)
	fmt.Fprint(c, "3 FETCH 1 BODY[]\r\n")
	appended := make(chan error, 1)
	go func() {
		_, err := s.Append("INBOX", []byte("Subject: c\r\n\r\nd\r\n"), time.Now())
		appended <- err
	}()
	s.Stall(false)
	said("\r\n3 OK")
	if err := <-appended; err != nil {
		t.Error(err)
	}
}
