package fakeslack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// serve answers one call: who calls, what may he, what goes wrong.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == link {
		s.serveSocket(w, r)
		return
	}
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	r.Body = http.MaxBytesReader(w, r.Body, 4<<20)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, Call{method, flat(r)})
	fault := s.due(method)
	if c := s.find(r.Form.Get("channel")); method == "chat.postMessage" && c != nil && !c.takes(s.now()) {
		fault = &Failing{Fault: Fault{Kind: Limit, Retry: "1"}}
	}
	answer := no("internal_error")
	if fault == nil || fault.Happened {
		answer = s.answer(method, r)
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.scopes, ","))
	if fault != nil && fault.Kind == Stall {
		fault.stalled.Add(1)
		defer fault.stalled.Done()
	}
	s.mu.Unlock()
	switch {
	case fault == nil:
		write(w, encode(answer))
	case fault.Kind == Stall:
		fault.reach.Do(func() { close(fault.reached) })
		<-fault.released
		if !fault.Happened {
			s.mu.Lock()
			answer = s.answer(method, r)
			s.mu.Unlock()
		}
		write(w, encode(answer))
	default:
		fault.play(w, encode(answer))
	}
}

func flat(r *http.Request) map[string]string {
	out := map[string]string{}
	for k, v := range r.Form {
		if k != "token" {
			out[k] = v[0]
		}
	}
	return out
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(`{"ok":false,"error":"` + strconv.Quote(err.Error()) + `"}`)
	}
	return b
}

func write(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(b) // a client that is gone hears nothing
}

func no(code string) map[string]any { return map[string]any{"ok": false, "error": code} }

// lacks is the scope that a call wants and the token has not; "" where it has all.
// What is read of a channel wants the scope of its kind, and a list that of each
// kind in it. The caller holds mu.
func (s *Server) lacks(method string, r *http.Request) string {
	kind := "channels"
	if c := s.find(r.Form.Get("channel")); c != nil && c.private {
		kind = "groups"
	}
	var want []string
	switch method {
	case "chat.postMessage", "chat.update":
		want = []string{"chat:write"}
	case "conversations.history", "conversations.replies":
		want = []string{kind + ":history"}
	case "conversations.info":
		want = []string{kind + ":read"}
	case "conversations.list":
		if types := r.Form.Get("types"); types == "" || strings.Contains(types, "public_channel") {
			want = append(want, "channels:read")
		}
		if strings.Contains(r.Form.Get("types"), "private_channel") {
			want = append(want, "groups:read")
		}
	case "users.info":
		want = []string{"users:read"}
	case "usergroups.list":
		want = []string{"usergroups:read"}
	}
	for _, w := range want {
		if !slices.Contains(s.scopes, w) {
			return w
		}
	}
	return ""
}

// answer does what a call asks. The caller holds mu.
func (s *Server) answer(method string, r *http.Request) map[string]any {
	token := r.Form.Get("token")
	if token == "" {
		token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	switch {
	case token == "":
		return no("not_authed")
	case method == "apps.connections.open":
		return s.openSocket(token)
	case token != s.token:
		return no("invalid_auth")
	}
	if want := s.lacks(method, r); want != "" {
		return map[string]any{"ok": false, "error": "missing_scope", "needed": want, "provided": strings.Join(s.scopes, ",")}
	}
	switch method {
	case "auth.test":
		return map[string]any{
			"ok": true, "url": "https://shop.slack.com/", "team": "Shop", "user": "disputewatch",
			"team_id": "T0001", "user_id": "UBOT", "bot_id": "BBOT",
		}
	case "chat.postMessage":
		return s.post(r)
	case "chat.update":
		return s.update(r)
	case "conversations.history":
		return s.history(r)
	case "conversations.replies":
		return s.replies(r)
	case "conversations.info":
		return s.info(r)
	case "conversations.list":
		return s.list(r)
	case "users.info":
		return s.person(r.Form.Get("user"))
	case "usergroups.list":
		return map[string]any{"ok": true, "usergroups": []any{}}
	case "views.open":
		return s.openView(r)
	}
	return no("unknown_method")
}

func (s *Server) post(r *http.Request) map[string]any {
	c := s.find(r.Form.Get("channel"))
	if code := writable(c); code != "" {
		return no(code)
	}
	m, code := compose(r)
	if code != "" {
		return no(code)
	}
	if thread := r.Form.Get("thread_ts"); thread != "" && c.message(thread) != nil {
		m.Thread, m.Broadcast = thread, r.Form.Get("reply_broadcast") == "true"
	} // Slack says a reply to what was deleted in the channel itself
	m.Channel, m.TS = c.id, s.ts()
	if m.Broadcast {
		m.Subtype = "thread_broadcast"
	}
	c.messages = append(c.messages, m)
	s.sockets.stir()
	return map[string]any{"ok": true, "channel": c.id, "ts": m.TS, "message": m}
}

func writable(c *channel) string {
	switch {
	case c == nil, c.private && !c.member:
		return "channel_not_found"
	case c.archived:
		return "is_archived"
	case !c.member:
		return "not_in_channel"
	}
	return ""
}

// compose reads the words of a post and checks them as Slack does.
func compose(r *http.Request) (*Message, string) {
	m := &Message{Text: r.Form.Get("text"), Type: "message", Bot: "BBOT"}
	for _, k := range []string{"mrkdwn", "unfurl_links", "unfurl_media", "parse"} {
		m.Form += k + "=" + r.Form.Get(k) + " "
	}
	if b := r.Form.Get("blocks"); b != "" {
		if fault := checkBlocks([]byte(b)); fault != "" {
			return nil, fault
		}
		m.Blocks = json.RawMessage(b)
	}
	if m.Text == "" && len(m.Blocks) == 0 {
		return nil, "no_text"
	}
	if len(m.Text) > 40000 {
		return nil, "msg_too_long"
	}
	if meta := r.Form.Get("metadata"); meta != "" {
		if len(meta) > 8000 {
			return nil, "metadata_too_large"
		}
		if err := json.Unmarshal([]byte(meta), &m.Metadata); err != nil {
			return nil, "invalid_metadata_format"
		}
	}
	return m, ""
}

func (s *Server) update(r *http.Request) map[string]any {
	c := s.find(r.Form.Get("channel"))
	if code := writable(c); code != "" {
		return no(code)
	}
	old := c.message(r.Form.Get("ts"))
	if old == nil {
		return no("message_not_found")
	}
	m, code := compose(r)
	if code != "" {
		return no(code)
	}
	if old.Edited == 0 {
		posted := *old
		old.Posted = &posted
	}
	old.Text, old.Blocks, old.Edited = m.Text, m.Blocks, old.Edited+1
	if m.Metadata != nil {
		old.Metadata = m.Metadata
	}
	s.sockets.stir()
	return map[string]any{"ok": true, "channel": c.id, "ts": old.TS, "text": m.Text}
}
