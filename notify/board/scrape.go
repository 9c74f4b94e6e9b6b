package board

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/disputewatch/disputewatch/rules"
)

// metrics answers a scrape with what was counted and what the book holds now.
// Where the book cannot be read the whole scrape fails: a gauge that is absent
// says "there is none", and that would be a lie.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	held, err := s.scrape(r.Context())
	if err != nil {
		s.fault(w, "gather metrics", err)
		return
	}
	now := prometheus.NewRegistry()
	now.MustRegister(held)
	promhttp.HandlerFor(prometheus.Gatherers{s.Metrics.registry, now}, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}

// gauges are the readings of one scrape.
type gauges []prometheus.Metric

// Describe says nothing beforehand: which gauges there are depends on the book.
func (g gauges) Describe(chan<- *prometheus.Desc) {}

// Collect hands out the readings.
func (g gauges) Collect(to chan<- prometheus.Metric) {
	for _, m := range g {
		to <- m
	}
}

func (g *gauges) set(name, help string, value float64, labels ...string) {
	var names, values []string
	for i := 0; i < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, label(labels[i+1]))
	}
	desc := prometheus.NewDesc(name, help, names, nil)
	*g = append(*g, prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, values...))
}

// scrape reads the gauges that come from the book.
func (s *Server) scrape(ctx context.Context) (gauges, error) {
	cases, err := s.Book.Cases(ctx)
	if err != nil {
		return nil, err
	}
	health, err := s.Book.Health(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	var g gauges
	g.setCases(cases, now)
	if last := s.lastPass(health); !last.IsZero() {
		g.set("disputewatch_last_complete_pass_timestamp_seconds",
			"When the last complete pass ended, in Unix time; absent before the first.", float64(last.UnixMilli())/1000)
	}
	if s.Outbox == nil {
		return g, nil
	}
	waiting, oldest, err := s.Outbox(ctx)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	age := 0.0
	if waiting > 0 && !oldest.IsZero() {
		age = max(now.Sub(oldest).Seconds(), 0)
	}
	g.set("disputewatch_outbox_waiting", "Messages that wait to be told.", float64(waiting))
	g.set("disputewatch_outbox_oldest_seconds", "How long the oldest of them has been waiting; 0 where none does.", age)
	return g, nil
}

// setCases counts the cases by their state now, and finds the nearest deadline.
func (g *gauges) setCases(cases []rules.Case, now time.Time) {
	count := map[rules.State]int{}
	late := 0
	var nearest time.Time
	for _, c := range cases {
		count[c.StateAt(now)]++
		due := c.Deadline().At
		switch {
		case overdue(c, now):
			late++
		case !c.Finished() && !due.IsZero() && (nearest.IsZero() || due.Before(nearest)):
			nearest = due
		}
	}
	for _, state := range states() {
		g.set("disputewatch_cases", "Cases in the book, by their state now.", float64(count[state]), "state", string(state))
	}
	g.set("disputewatch_cases_overdue", "Cases that are neither answered nor closed though their deadline has passed.", float64(late))
	if !nearest.IsZero() {
		g.set("disputewatch_deadline_seconds",
			"Time until the nearest deadline ahead of a case that is neither answered nor closed; absent where there is none.", nearest.Sub(now).Seconds())
	}
}

// lastPass is the end of the last complete pass, of this process or of another
// one that shares the book; zero before the first.
func (s *Server) lastPass(health []rules.Health) time.Time {
	var last time.Time
	for _, h := range health {
		if h.Part == partPass {
			last = h.GoodAt
		}
	}
	if s.Metrics != nil {
		if ms := s.Metrics.passed.Load(); ms != 0 && time.UnixMilli(ms).After(last) {
			last = time.UnixMilli(ms)
		}
	}
	return last
}

// states lists the states in the order in which people act on them.
func states() []rules.State {
	return []rules.State{rules.Open, rules.Claimed, rules.Snoozed, rules.Answered, rules.Closed}
}

// overdue says that a case still has to be answered though its deadline, the
// earlier where there are two, has passed.
func overdue(c rules.Case, now time.Time) bool {
	at := c.Deadline().At
	return !c.Finished() && !at.IsZero() && !at.After(now)
}
