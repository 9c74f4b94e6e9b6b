package board

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/disputewatch/disputewatch/rules"
)

// Metrics is what is counted as it happens, in a registry of its own. Its names
// are fixed (CONTRACT, "Metrics"). All methods may be called at once by many.
type Metrics struct {
	registry *prometheus.Registry
	polls    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	mails    *prometheus.CounterVec
	told     *prometheus.CounterVec
	stripe   *prometheus.CounterVec
	slack    *prometheus.CounterVec
	reload   prometheus.Gauge
	reloaded prometheus.Gauge
	passed   atomic.Int64 // Unix milliseconds; 0 until the first complete pass
}

// NewMetrics starts all counts at nothing.
func NewMetrics() *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	f := promauto.With(r)
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &Metrics{
		registry: r,
		polls:    counter("disputewatch_polls_total", "Polls of a mailbox, by how they ended.", "mailbox", "result"),
		seconds: f.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "disputewatch_poll_seconds",
			Help:    "How long a poll of a mailbox took.",
			Buckets: []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300},
		}, []string{"mailbox"}),
		mails:  counter("disputewatch_mails_total", "Mails that were read, by their end.", "mailbox", "outcome"),
		told:   counter("disputewatch_escalations_total", "Escalations that reached people, by their step.", "step"),
		stripe: counter("disputewatch_stripe_requests_total", "Requests to Stripe, by the code of the answer.", "code"),
		reload: f.NewGauge(prometheus.GaugeOpts{
			Name: "disputewatch_config_last_reload_successful", Help: "1 where the config was read without a fault when it was last read, else 0: then the one before is in use.",
		}),
		reloaded: f.NewGauge(prometheus.GaugeOpts{
			Name: "disputewatch_config_last_reload_success_timestamp_seconds", Help: "When the config in use was read, in Unix time.",
		}),
		slack: counter("disputewatch_slack_requests_total", "Requests to Slack, by how they ended.", "result"),
	}
}

// Expect begins at nothing what will be counted of these mailboxes and steps: a
// counter that appears with its first event hides that event from a rate.
func (m *Metrics) Expect(mailboxes, steps []string) {
	for _, name := range mailboxes {
		m.seconds.WithLabelValues(label(name))
		for _, result := range []string{"ok", "error"} {
			m.polls.WithLabelValues(label(name), result)
		}
		for _, o := range []rules.Outcome{rules.OutcomeNotice, rules.OutcomeOther, rules.OutcomeUnknown, rules.OutcomeUnreadable} {
			m.Mails(name, o, 0)
		}
	}
	for _, step := range steps {
		m.told.WithLabelValues(label(step))
	}
	m.stripe.WithLabelValues("200")
	m.slack.WithLabelValues("ok")
}

// Polled counts one poll of a mailbox: its result is "ok", "error", or another
// word of the caller's.
func (m *Metrics) Polled(mailbox, result string, took time.Duration) {
	m.polls.WithLabelValues(label(mailbox), label(result)).Inc()
	m.seconds.WithLabelValues(label(mailbox)).Observe(took.Seconds())
}

// Reloaded remembers how the reading of the config ended, at the start and at
// each reload.
func (m *Metrics) Reloaded(err error, at time.Time) {
	if err != nil {
		m.reload.Set(0)
		return
	}
	m.reload.Set(1)
	m.reloaded.Set(float64(at.UnixMilli()) / 1000)
}

// Passed remembers when the last complete pass ended.
func (m *Metrics) Passed(at time.Time) { m.passed.Store(at.UnixMilli()) }

// Mails counts n mails of a mailbox with one end.
func (m *Metrics) Mails(mailbox string, o rules.Outcome, n int) {
	m.mails.WithLabelValues(label(mailbox), label(string(o))).Add(float64(max(n, 0)))
}

// Told counts an escalation that reached people.
func (m *Metrics) Told(step string) { m.told.WithLabelValues(label(step)).Inc() }

// Stripe counts a request by the status code of its answer, "error" where none
// came.
func (m *Metrics) Stripe(code string) { m.stripe.WithLabelValues(label(code)).Inc() }

// Slack counts a request by its result: "ok", or what was wrong.
func (m *Metrics) Slack(result string) { m.slack.WithLabelValues(label(result)).Inc() }

// label makes a word fit to be a label: the library panics on bad UTF-8.
func label(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
