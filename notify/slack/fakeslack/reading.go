package fakeslack

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// history is the channel's messages, newest first: no replies, except those that
// were broadcast.
func (s *Server) history(r *http.Request) map[string]any {
	c := s.find(r.Form.Get("channel"))
	if c == nil || c.private && !c.member {
		return no("channel_not_found")
	}
	if !c.member {
		return no("not_in_channel")
	}
	var out []*Message
	for _, m := range slices.Backward(c.messages) {
		if (m.Thread == "" || m.Broadcast) && m.TS > r.Form.Get("oldest") {
			out = append(out, m)
		}
	}
	return paged(r, out)
}

// replies is a thread, oldest first, its first message always in front.
func (s *Server) replies(r *http.Request) map[string]any {
	c := s.find(r.Form.Get("channel"))
	if c == nil {
		return no("channel_not_found")
	}
	first := c.message(r.Form.Get("ts"))
	if first == nil {
		return no("thread_not_found")
	}
	out := []*Message{first}
	for _, m := range c.messages {
		if m.Thread == first.TS && m.TS > r.Form.Get("oldest") {
			out = append(out, m)
		}
	}
	return paged(r, out)
}

// paged cuts a page out of all; its cursor is the index where the next begins.
// Metadata is shown only to who asks for it.
func paged(r *http.Request, all []*Message) map[string]any {
	from, end := window(r, len(all), 100)
	page := []Message{}
	for _, m := range all[from:end] {
		copied := *m
		if r.Form.Get("include_all_metadata") != "1" {
			copied.Metadata = nil
		}
		page = append(page, copied)
	}
	return map[string]any{
		"ok": true, "messages": page, "has_more": end < len(all),
		"response_metadata": map[string]any{"next_cursor": cursor(end, len(all))},
	}
}

func window(r *http.Request, n, usual int) (from, end int) {
	limit, err := strconv.Atoi(r.Form.Get("limit"))
	if err != nil || limit <= 0 {
		limit = usual
	}
	if from, err = strconv.Atoi(r.Form.Get("cursor")); err != nil || from > n {
		from = 0
	}
	return from, min(from+limit, n)
}

func cursor(end, n int) string {
	if end >= n {
		return ""
	}
	return strconv.Itoa(end)
}

func (c *channel) shown() map[string]any {
	return map[string]any{
		"id": c.id, "name": c.name, "is_channel": true, "is_private": c.private,
		"is_archived": c.archived, "is_member": c.member,
	}
}

func (s *Server) info(r *http.Request) map[string]any {
	c := s.channels[r.Form.Get("channel")]
	if c == nil || c.private && !c.member {
		return no("channel_not_found")
	}
	return map[string]any{"ok": true, "channel": c.shown()}
}

// list is the channels that the app can see: all public ones, and the private
// ones that it is in. What is left out is left out of its page, which may be empty
// and not the last.
func (s *Server) list(r *http.Request) map[string]any {
	if n, err := strconv.Atoi(r.Form.Get("limit")); err == nil && n >= 1000 {
		return no("invalid_limit")
	}
	all := s.sorted()
	from, end := window(r, len(all), 100)
	page := []map[string]any{}
	for _, c := range all[from:end] {
		kind := "public_channel"
		if c.private {
			kind = "private_channel"
		}
		if types := r.Form.Get("types"); !strings.Contains(cmp.Or(types, "public_channel"), kind) {
			continue
		}
		if c.private && !c.member || c.archived && r.Form.Get("exclude_archived") == "true" {
			continue
		}
		page = append(page, c.shown())
	}
	return map[string]any{
		"ok": true, "channels": page,
		"response_metadata": map[string]any{"next_cursor": cursor(end, len(all))},
	}
}
