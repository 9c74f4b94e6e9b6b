package fakestripe

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// route answers a GET.
func (w world) route(path string, q url.Values, f *Fault) (any, *stripeError) {
	if f != nil && f.Bare {
		q.Del("expand[]")
	}
	parts := strings.Split(strings.TrimPrefix(path, "/v1/"), "/")
	if path == "/v1/account" {
		return dict{"id": w.Account, "object": "account", "type": "standard"}, nil
	}
	all, kind := w.all(parts[0])
	switch {
	case kind == "" || len(parts) > 2:
		return nil, &stripeError{404, "invalid_request_error", "", "Unrecognized request URL"}
	case len(parts) == 1:
		return w.list(path, all, q, f)
	case parts[1] == "search" && (kind == "charge" || kind == "payment_intent"):
		return w.search(path, all, q)
	}
	d := w.find(parts[1])
	if d == nil || d["object"] != kind {
		return nil, &stripeError{404, "invalid_request_error", "resource_missing", "No such " + kind + ": '" + parts[1] + "'"}
	}
	for _, e := range q["expand[]"] {
		w.expand(d, e)
	}
	return d, nil
}

// row is an object of a list before it is written out: what filters and pages
// go by.
type row struct {
	id, charge, intent string
	created            time.Time
	write              func() dict
}

// all is every object of a list, newest first, and its kind.
func (w world) all(name string) ([]row, string) {
	var out []row
	switch name {
	case "disputes":
		for _, d := range w.disputes.all {
			r := row{d.ID, d.Charge, "", d.Created, func() dict { return w.dispute(d) }}
			if c, ok := w.charges.byID[d.Charge]; ok {
				r.intent = c.PaymentIntent
			}
			out = append(out, r)
		}
		return out, "dispute"
	case "charges":
		for _, c := range w.charges.all {
			out = append(out, row{c.ID, "", c.PaymentIntent, c.Created, func() dict { return w.charge(c) }})
		}
		return out, "charge"
	case "payment_intents":
		for _, i := range w.intents.all {
			out = append(out, row{i.ID, "", "", i.Created, func() dict { return w.intent(i) }})
		}
		return out, "payment_intent"
	case "refunds":
		for _, r := range w.refunds.all {
			out = append(out, row{r.ID, r.Charge, "", r.Created, func() dict { return w.refund(r) }})
		}
		return out, "refund"
	}
	return nil, ""
}

// list filters and pages as Stripe's lists do: by id cursors.
func (w world) list(path string, all []row, q url.Values, f *Fault) (any, *stripeError) {
	limit, e := limitOf(q)
	if e != nil {
		return nil, e
	}
	var kept []row
	for _, r := range all {
		if f != nil && f.All || r.fits(q) {
			kept = append(kept, r)
		}
	}
	if after := q.Get("starting_after"); after != "" && (f == nil || !f.Endless) {
		i := 0
		for i < len(kept) && kept[i].id != after {
			i++
		}
		if i == len(kept) {
			return nil, &stripeError{400, "invalid_request_error", "resource_missing", "No such object: '" + after + "'"}
		}
		kept = kept[i+1:]
	}
	page := []dict{}
	for _, r := range kept[:min(limit, len(kept))] {
		page = append(page, r.write())
	}
	w.expandAll(page, q)
	more := len(kept) > limit
	if f != nil && (f.Endless || f.EmptyMore) {
		more = true
	}
	if f != nil && f.EmptyMore {
		page = []dict{}
	}
	return dict{"object": "list", "data": page, "has_more": more, "url": path}, nil
}

// fits applies the filters of a list: charge, payment_intent, created.
func (r row) fits(q url.Values) bool {
	for want, got := range map[string]string{q.Get("charge"): r.charge, q.Get("payment_intent"): r.intent} {
		if want != "" && want != got {
			return false
		}
	}
	created := unix(r.created)
	for name, fits := range map[string]func(int64) bool{
		"created":      func(t int64) bool { return created == t },
		"created[gte]": func(t int64) bool { return created >= t },
		"created[gt]":  func(t int64) bool { return created > t },
		"created[lte]": func(t int64) bool { return created <= t },
		"created[lt]":  func(t int64) bool { return created < t },
	} {
		if v := q.Get(name); v != "" {
			if t, err := strconv.ParseInt(v, 10, 64); err != nil || !fits(t) {
				return false
			}
		}
	}
	return true
}

// search answers a query of Stripe's search language, page by page.
func (w world) search(path string, all []row, q url.Values) (any, *stripeError) {
	limit, e := limitOf(q)
	if e != nil {
		return nil, e
	}
	want, err := parseQuery(q.Get("query"))
	if err != nil {
		return nil, &stripeError{400, "invalid_request_error", "", err.Error()}
	}
	kept := []dict{}
	for _, r := range all {
		if d := r.write(); want.match(d) {
			kept = append(kept, d)
		}
	}
	from, err := strconv.Atoi("0" + q.Get("page"))
	if err != nil || from > len(kept) {
		return nil, &stripeError{400, "invalid_request_error", "", "Invalid page"}
	}
	page := kept[from:min(from+limit, len(kept))]
	w.expandAll(page, q)
	out := dict{"object": "search_result", "data": page, "has_more": from+limit < len(kept), "next_page": nil, "url": path}
	if from+limit < len(kept) {
		out["next_page"] = strconv.Itoa(from + limit)
	}
	return out, nil
}

func (w world) expandAll(page []dict, q url.Values) {
	for _, e := range q["expand[]"] {
		if field, ok := strings.CutPrefix(e, "data."); ok {
			for _, d := range page {
				w.expand(d, field)
			}
		}
	}
}

// limitOf is the page size: 10, or what is asked, up to 100.
func limitOf(q url.Values) (int, *stripeError) {
	if q.Get("limit") == "" {
		return 10, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > 100 {
		return 0, &stripeError{400, "invalid_request_error", "parameter_invalid_integer", "Invalid limit"}
	}
	return n, nil
}
