package fakeslack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// View is a form that was opened for a person.
type View struct {
	ID   string
	Body map[string]any // as it was sent
}

// Person makes somebody known to users.info by a display name.
func (s *Server) Person(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[id] = name
}

// person answers users.info. The caller holds mu.
func (s *Server) person(id string) map[string]any {
	name, known := s.names[id]
	if !known {
		return no("user_not_found")
	}
	return map[string]any{"ok": true, "user": map[string]any{
		"id": id, "name": strings.ToLower(name), "real_name": name + " Berg",
		"profile": map[string]any{"display_name": name, "real_name": name + " Berg"},
	}}
}

// clicked is what has been sent to the app, and its acks.
type clicked struct{ acks []<-chan struct{} }

// Click is a person's click on a button of a message, or the choice of value in a
// menu of it. It returns when the app has acknowledged it; what a person could not
// have clicked is an error, and so is what would have shown him a warning.
func (s *Server) Click(channel, ts, actionID, value, user string) error {
	s.mu.Lock()
	c := s.find(channel)
	if c == nil || c.message(ts) == nil {
		s.mu.Unlock()
		return fmt.Errorf("no message %s in %s", ts, channel)
	}
	m := c.message(ts)
	action, err := actionOf(m, actionID, value)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	s.sockets.n++
	trigger := fmt.Sprintf("%d.1.trigger", s.sockets.n)
	s.sockets.triggers[trigger] = true
	action["action_ts"] = s.ts()
	payload := map[string]any{
		"type": "block_actions", "api_app_id": "A1", "token": "old", "trigger_id": trigger,
		"user":    map[string]any{"id": user, "username": strings.ToLower(user), "name": strings.ToLower(user), "team_id": "T0001"},
		"team":    map[string]any{"id": "T0001", "domain": "shop"},
		"channel": map[string]any{"id": c.id, "name": c.name},
		"container": map[string]any{
			"type": "message", "message_ts": ts, "channel_id": c.id, "is_ephemeral": false,
		},
		"message": m, "state": map[string]any{"values": map[string]any{}}, "response_url": "https://hooks.slack.com/actions/none",
		"actions": []any{action},
	}
	s.mu.Unlock()
	return s.deliver(payload)
}

// actionOf finds what was clicked, as Slack tells of it.
func actionOf(m *Message, actionID, value string) (map[string]any, error) {
	var all []block
	if err := json.Unmarshal(m.Blocks, &all); err != nil {
		return nil, err
	}
	for _, b := range all {
		i := slices.IndexFunc(b.Elements, func(e element) bool { return e.ActionID == actionID })
		if b.Type != "actions" || i < 0 {
			continue
		}
		e := b.Elements[i]
		action := map[string]any{"type": e.Type, "action_id": actionID, "block_id": "b1"}
		if e.Type == "button" {
			action["value"], action["text"] = e.Value, map[string]any{"type": "plain_text", "text": e.words()}
			return action, nil
		}
		for _, o := range e.Options {
			if o.Value == value || strings.HasSuffix(o.Value, " "+value) {
				action["selected_option"] = map[string]any{"value": o.Value, "text": map[string]any{"type": "plain_text", "text": o.Text.Text}}
				return action, nil
			}
		}
		return nil, fmt.Errorf("menu %s has no choice %q: %s", actionID, value, e.menu())
	}
	return nil, fmt.Errorf("message %s has no button %s", m.TS, actionID)
}

// Views is the forms that were opened, oldest first.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sockets.views)
}

// AwaitView returns the nth form, from 1, or false after a while.
func (s *Server) AwaitView(n int) (v View, ok bool) {
	ok = s.await(func() bool {
		if len(s.sockets.views) >= n {
			v = s.sockets.views[n-1]
		}
		return len(s.sockets.views) >= n
	})
	return v, ok
}

// ExpireTriggers lets the 3 s pass in which a form may be opened.
func (s *Server) ExpireTriggers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sockets.triggers)
}

// openView answers views.open. The caller holds mu.
func (s *Server) openView(r *http.Request) map[string]any {
	var in struct {
		Trigger string         `json:"trigger_id"`
		View    map[string]any `json:"view"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return no("invalid_arguments")
	}
	fresh, known := s.sockets.triggers[in.Trigger]
	switch {
	case !known:
		return no("expired_trigger_id")
	case !fresh:
		return no("exchanged_trigger_id")
	}
	if fault := checkView(in.View); fault != "" {
		return no(fault)
	}
	s.sockets.triggers[in.Trigger] = false
	v := View{ID: fmt.Sprintf("V%08d", len(s.sockets.views)+1), Body: in.View}
	s.sockets.views = append(s.sockets.views, v)
	in.View["id"] = v.ID
	s.sockets.stir()
	return map[string]any{"ok": true, "view": in.View}
}

// checkView: a modal has a title and a submit of at most 24 characters and private
// metadata of 3000.
func checkView(view map[string]any) string {
	for _, k := range []string{"title", "submit", "close"} {
		o, _ := view[k].(map[string]any)
		if text, _ := o["text"].(string); !within(text, 24) || o["type"] != "plain_text" {
			return "invalid_arguments"
		}
	}
	if private, _ := view["private_metadata"].(string); view["type"] != "modal" || len(private) > 3000 {
		return "invalid_arguments"
	}
	return ""
}

// Submit sends a form with its answers: a text, or the value of a choice, by block
// id.
func (s *Server) Submit(v View, user string, answers map[string]string) error {
	values := map[string]any{}
	for block, answer := range answers {
		values[block] = map[string]any{block: map[string]any{"type": "plain_text_input", "value": answer}}
		if isChoice(v.Body, block) {
			values[block] = map[string]any{block: map[string]any{"type": "radio_buttons", "selected_option": map[string]any{
				"value": answer, "text": map[string]any{"type": "plain_text", "text": answer},
			}}}
		}
	}
	view := map[string]any{"state": map[string]any{"values": values}, "hash": "1.a"}
	for k, x := range v.Body {
		view[k] = x
	}
	return s.deliver(map[string]any{
		"type": "view_submission", "api_app_id": "A1", "token": "old", "trigger_id": "none",
		"user": map[string]any{"id": user, "username": strings.ToLower(user), "name": strings.ToLower(user), "team_id": "T0001"},
		"team": map[string]any{"id": "T0001", "domain": "shop"}, "view": view, "response_urls": []any{},
	})
}

func isChoice(view map[string]any, block string) bool {
	blocks, _ := view["blocks"].([]any)
	for _, b := range blocks {
		m, _ := b.(map[string]any)
		e, _ := m["element"].(map[string]any)
		if m["block_id"] == block && e["type"] == "radio_buttons" {
			return true
		}
	}
	return false
}

// Deliver sends any payload of an interaction to the app, as it is.
func (s *Server) Deliver(payload map[string]any) error { return s.deliver(payload) }

// ackTime is how long an ack is waited for. Slack waits 3 s, in which a busy machine
// may not get to it: a test of what must not come before the ack holds that up.
const ackTime = time.Minute

// deliver sends a payload to one socket, or twice, and waits for the acks.
func (s *Server) deliver(payload map[string]any) error {
	s.mu.Lock()
	times := 1
	if s.sockets.twice {
		times = 2
	}
	var sent clicked
	for range times {
		ack, err := s.sendOne(payload)
		if err != nil {
			s.mu.Unlock()
			return err
		}
		sent.acks = append(sent.acks, ack)
	}
	s.mu.Unlock()
	late := time.After(ackTime)
	for _, ack := range sent.acks {
		select {
		case <-ack:
		case <-late:
			return fmt.Errorf("the app did not answer within %s", ackTime)
		}
	}
	return nil
}

// sendOne sends an envelope to the socket whose turn it is. The caller holds mu.
func (s *Server) sendOne(payload map[string]any) (<-chan struct{}, error) {
	k := &s.sockets
	if len(k.open) == 0 {
		return nil, fmt.Errorf("no socket is open: the person sees a warning")
	}
	k.n++
	k.next++
	id := fmt.Sprintf("e-%d", k.n)
	ack := make(chan struct{})
	k.acks[id] = ack
	return ack, k.open[k.next%len(k.open)].send(map[string]any{
		"type": "interactive", "envelope_id": id, "accepts_response_payload": true, "payload": payload,
	})
}
