package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/disputewatch/disputewatch/rules"
)

// Folders are the names of IMAP folders; nil is auto.
type Folders []string

// Auto says that the folders are to be found: INBOX and Junk.
func (f Folders) Auto() bool { return f == nil }

func (f *Folders) one(text string) error {
	if text != "auto" {
		return errors.New("want auto, or a list such as [INBOX, Junk]")
	}
	*f = nil
	return nil
}

func (f *Folders) add(text string) error {
	*f = append(*f, text)
	return nil
}

// Mentions are who is named in a message: owner, on_call, ops, @here, or Slack
// ids.
type Mentions []string

func (m *Mentions) one(text string) error { return m.add(text) }

func (m *Mentions) add(text string) error {
	if !slices.Contains([]string{"owner", "on_call", "ops", "@here"}, text) && !slackID.MatchString(text) {
		return errors.New(`want owner, on_call, ops, "@here" or a Slack id such as U024BE7LH`)
	}
	*m = append(*m, text)
	return nil
}

// Amounts are sums, at most one a currency.
type Amounts []rules.Money

func (a *Amounts) one(text string) error { return a.add(text) }

func (a *Amounts) add(text string) error {
	m, err := parseMoney(text)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(*a, func(o rules.Money) bool { return o.Currency == m.Currency }) {
		return fmt.Errorf("two amounts in %s", m.Currency)
	}
	*a = append(*a, m)
	return nil
}

var moneyForm = regexp.MustCompile(`^([0-9]{1,12})(?:\.([0-9]{1,3}))? ([A-Z]{3})$`)

// parseMoney reads "100 EUR" and "99.90 EUR": as many decimals as the currency
// has, or none.
func parseMoney(text string) (rules.Money, error) {
	form := errors.New(`want an amount and a currency, such as "100 EUR"`)
	m := moneyForm.FindStringSubmatch(text)
	if m == nil {
		return rules.Money{}, form
	}
	exp, decimals := rules.Exponent(m[3]), m[2]
	if decimals == "" {
		decimals = "000"[:exp]
	}
	if len(decimals) != exp {
		return rules.Money{}, fmt.Errorf("%s has %d decimals", m[3], exp)
	}
	minor, err := strconv.ParseInt(m[1]+decimals, 10, 64)
	if err != nil {
		return rules.Money{}, form
	}
	return rules.Money{Minor: minor, Currency: m[3]}, nil
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// fees reads {EUR: 20, SEK: 149.50}.
func (w *walk) fees(key string, n ast.Node, p *rules.Fees) {
	m, is := n.(*ast.MappingNode)
	if !is {
		w.fault(key, "want an amount for each currency, such as {EUR: 20}", "")
		return
	}
	*p = rules.Fees{}
	for _, kv := range m.Values {
		currency := kv.Key.GetToken().Value
		at := join(key, shownKey(currency))
		w.at[at] = valuePlace(kv)
		text, ok := w.scalar(at, kv.Value)
		if !ok {
			continue
		}
		fee, err := parseMoney(text + " " + currency)
		switch _, twice := (*p)[currency]; {
		case !currencyForm.MatchString(currency):
			w.fault(at, "want a currency such as EUR", "")
		case twice:
			w.fault(at, "is there twice", "keep one of the two")
		case err != nil && moneyForm.MatchString(text+" "+currency):
			w.fault(at, err.Error(), "")
		case err != nil:
			w.fault(at, "want an amount such as 20 or 149.50", "")
		}
		(*p)[currency] = fee
	}
}

// Lookback is how far back to read: a span, or everything.
type Lookback struct {
	All  bool
	Span rules.Span // zero where All
}

func (l *Lookback) read(text string) error {
	if text == "all" {
		*l = Lookback{All: true}
		return nil
	}
	span, err := rules.ParseSpan(text)
	*l = Lookback{Span: span}
	return err
}

// Hours are the office hours of a day, since midnight.
type Hours struct{ Opens, Closes time.Duration }

var hoursForm = regexp.MustCompile(`^([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$`)

func (h *Hours) read(text string) error {
	m := hoursForm.FindStringSubmatch(text)
	if m == nil {
		return errors.New("want hours such as 09:00-17:00")
	}
	opens, ok1 := clock(m[1])
	closes, ok2 := clock(m[2])
	if !ok1 || !ok2 {
		return errors.New("want hours from 00:00 to 24:00, such as 09:00-17:00")
	}
	if opens >= closes {
		return errors.New("the office must close after it opens, on the same day")
	}
	*h = Hours{opens, closes}
	return nil
}

// clock reads "09:00" as the time since midnight; "24:00" is the day's end.
func clock(text string) (time.Duration, bool) {
	if text == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// weekday is the time.Weekday of "mon" to "sun", or -1.
func weekday(name string) int {
	return slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name)
}
