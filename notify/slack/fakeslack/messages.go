package fakeslack

import (
	"encoding/json"
	"fmt"
	"time"
)

// Message is what stands in a channel.
type Message struct {
	Channel   string          `json:"-"` // its id
	TS        string          `json:"ts"`
	Thread    string          `json:"thread_ts,omitempty"`
	Broadcast bool            `json:"-"` // a reply that the channel sees too
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Metadata  *Metadata       `json:"metadata,omitempty"`
	Edited    int             `json:"-"` // how often it was updated
	Posted    *Message        `json:"-"` // what it was before that; nil of one that was not
	Type      string          `json:"type"`
	Subtype   string          `json:"subtype,omitempty"`
	Bot       string          `json:"bot_id"`
	Form      string          `json:"-"` // "mrkdwn unfurl_links unfurl_media parse", as they were sent
}

// Metadata is a message's metadata.
type Metadata struct {
	EventType string         `json:"event_type"`
	Payload   map[string]any `json:"event_payload"`
}

// Messages returns what stands in a channel, by id or name, oldest first,
// replies in threads among it.
func (s *Server) Messages(name string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if c := s.find(name); c != nil {
		for _, m := range c.messages {
			out = append(out, *m)
		}
	}
	return out
}

// Say puts a message of somebody else into a channel.
func (s *Server) Say(name, text string) {
	s.change(name, func(c *channel) {
		c.messages = append(c.messages, &Message{Channel: c.id, TS: s.ts(), Text: text, Type: "message"})
	})
}

// Delete takes a message away, as a person can.
func (s *Server) Delete(name, ts string) {
	s.change(name, func(c *channel) {
		for i, m := range c.messages {
			if m.TS == ts {
				c.messages = append(c.messages[:i], c.messages[i+1:]...)
				return
			}
		}
	})
}

// ts is the next timestamp: the clock's, and later than each before. The caller
// holds mu.
func (s *Server) ts() string {
	t := s.now().Truncate(time.Microsecond)
	if !t.After(s.last) {
		t = s.last.Add(time.Microsecond)
	}
	s.last = t
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

func (c *channel) message(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

// AwaitMessage returns the first message of a channel that satisfies want, or
// false after a while.
func (s *Server) AwaitMessage(name string, want func(Message) bool) (found Message, ok bool) {
	ok = s.await(func() bool {
		c := s.find(name)
		if c == nil {
			return false
		}
		for _, m := range c.messages {
			if want(*m) {
				found = *m
				return true
			}
		}
		return false
	})
	return found, ok
}
