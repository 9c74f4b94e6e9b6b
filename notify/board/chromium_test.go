package board_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

// tab is a page of a real Chromium. It fails the test at once for what no page of
// the board may do: an error, a dialog, a request to anybody else.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string

	mu    sync.Mutex
	hosts []string // of the boards that were visited; guarded by mu
	bad   []string // what a page did; guarded by mu
}

// chromiumTime ends a visit that hangs. It is no measure: on a busy machine
// Chromium takes many seconds to start.
const chromiumTime = 10 * time.Minute

// visit opens Chromium on a board. DISPUTEWATCH_SCREENSHOTS names a folder for
// what it sees.
func visit(t *testing.T, s *board.Server) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("DISPUTEWATCH_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip("Debian's package chromium is not installed")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1280, 900), chromedp.WSURLReadTimeout(chromiumTime))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses root otherwise
	}
	ctx, done := context.WithTimeout(t.Context(), chromiumTime)
	t.Cleanup(done)
	ctx, done = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(done)
	ctx, done = chromedp.NewContext(ctx)
	t.Cleanup(done)
	v := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, v.watch); err != nil {
		t.Fatal(err)
	}
	v.do(command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}), command(page.Enable, page.EnableParams{}))
	v.visit(s)
	return v
}

// visit opens another board in the same tab.
func (v *tab) visit(s *board.Server) {
	v.t.Helper()
	v.url = open(v.t, s).url
	v.mu.Lock()
	v.hosts = append(v.hosts, strings.TrimPrefix(v.url, "http://"))
	v.mu.Unlock()
	v.do(chromedp.Navigate(v.url))
}

// watch writes down what a page of the board may not do.
func (v *tab) watch(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	what := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err != nil || !slices.Contains(v.hosts, u.Host) {
			what = "asked " + e.Request.URL
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.URL, "favicon") {
			what = "logged " + e.Entry.Text
		}
	case *runtime.EventExceptionThrown:
		what = "threw " + e.ExceptionDetails.Text
	case *page.EventJavascriptDialogOpening:
		what = "opened a dialog: " + e.Message
	}
	if what != "" {
		v.bad = append(v.bad, what)
	}
}

func (v *tab) do(steps ...step) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatal(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, what := range v.bad {
		v.t.Errorf("the page %s", what)
	}
	v.bad = nil
}

// step is something done in a tab.
type step = chromedp.Action[chromedp.Void]

// command is a step that is one of the protocol's.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// poll waits until an expression is true.
func poll(expression string) step {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(chromiumTime))
}

// run is what an action gives.
func run[T any](v *tab, a chromedp.Action[T]) T {
	v.t.Helper()
	got, err := chromedp.Run(v.ctx, a)
	if err != nil {
		v.t.Fatal(err)
	}
	v.do() // says what the page did meanwhile
	return got
}

// eval is what a script's expression gives.
func eval[T any](v *tab, expression string) T {
	v.t.Helper()
	return run(v, chromedp.Evaluate[T](expression))
}

func (v *tab) text() string {
	v.t.Helper()
	return eval[string](v, `document.getElementById("main").innerText`)
}

// shoot keeps a picture of the whole page where somebody wants to look at it.
func (v *tab) shoot(name string) {
	v.t.Helper()
	folder := os.Getenv("DISPUTEWATCH_SCREENSHOTS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), run(v, chromedp.FullScreenshot(100)), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// lively is a board with a case of each urgency.
func lively(t *testing.T) *board.Server {
	s := newShelf(t)
	s.happens("c-late22", s.mail("77-1001", 2*day))
	s.now = s.now.Add(3 * day)
	for i := range s.health {
		s.health[i].GoodAt = s.now.Add(-time.Minute)
	}
	s.happens("c-soon22", s.mail("77-1042", 1*day), matched("py_1"), s.reading("py_1", "needs_response", 2*day))
	s.happens("c-calm22", s.mail("77-2000", 12*day), rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(day)})
	s.happens("c-done22", s.mail("77-3000", 9*day), matched("py_3"), s.reading("py_3", "under_review", 9*day))
	s.happens("c-over22", s.mail("77-4000", 9*day), rules.Event{Type: rules.EventClose, By: "anna", Outcome: "won"})
	return s.server()
}

func TestBoardIsReadFilteredAndOpenedInABrowser(t *testing.T) {
	v := visit(t, lively(t))
	if text := v.text(); !strings.Contains(text, "77-1042") || !strings.Contains(text, "77-2000") {
		t.Fatalf("the list shows %s", text)
	}
	v.shoot("list-light")
	v.do(chromedp.SendKeys("#q", "77-1042\r"), chromedp.WaitReady(`#q[value="77-1042"]`))
	if text := eval[string](v, `document.querySelector("table.cases").innerText`); !strings.Contains(text, "77-1042") || strings.Contains(text, "77-2000") {
		t.Errorf("the filter shows %s", text)
	}
	v.do(chromedp.Click(`#main table.cases a[href^="/case/"]`), chromedp.WaitVisible("#history-title"))
	if text := v.text(); !strings.Contains(text, "c-soon22") || !strings.Contains(text, "py_1") {
		t.Errorf("the case shows %s", text)
	}
	v.shoot("case-light")
}

// The reader's place is the row that he was at, with the keyboard too.
func TestBoardRefreshesInABrowserWithoutLosingThePlace(t *testing.T) {
	v := visit(t, lively(t))
	id := eval[string](v, `(() => { const a = [...document.querySelectorAll("table.cases a[id]")].at(-1); a.focus(); const cases = document.querySelector("table.cases");
		cases.querySelector("tbody").remove(); window.before = cases; window.kept = document.querySelector("section.look"); document.title = "old"; return a.id })()`)
	if id == "" {
		t.Fatal("no link to be at")
	}
	v.do(chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event("visibilitychange"))`),
		poll(`document.querySelector("table.cases") !== window.before`))
	if at := eval[string](v, `document.activeElement.id`); at != id {
		t.Errorf("the reader was at %s and is at %q", id, at)
	}
	if !eval[bool](v, `document.querySelector("section.look") === window.kept && document.querySelectorAll("tr.band").length > 2`) {
		t.Error("what had not changed was replaced, or what had was not")
	}
	if title := eval[string](v, "document.title"); title != "1 overdue · disputewatch" {
		t.Errorf("the tab says %q", title)
	}
}

func TestBoardThatIsGoneIsSaidToBeOld(t *testing.T) {
	v := visit(t, lively(t))
	refresh := chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event("visibilitychange"))`)
	v.do(chromedp.Evaluate[chromedp.Void](`window.asks = window.fetch; window.fetch = () => Promise.reject(new Error("gone")); undefined`), refresh,
		poll(`document.body.classList.contains("old")`))
	if text := v.text(); !strings.Contains(text, "This is old: the board has not answered since") || !strings.Contains(text, "77-1042") || strings.Contains(text, "Everything works") {
		t.Errorf("it shows %s", text)
	}
	v.do(chromedp.Evaluate[chromedp.Void](`window.fetch = window.asks; undefined`), refresh, poll(`!document.body.classList.contains("old")`))
	if text := v.text(); strings.Contains(text, "This is old") || !strings.Contains(text, "Everything works") {
		t.Errorf("it is there again and shows %s", text)
	}
}

func TestMailFullOfMarkupDoesNothingInABrowser(t *testing.T) {
	var v *tab
	for _, word := range []string{
		`</style></script><script>window.pwned=1;alert(1)</script><img src="http://127.0.0.1:9/x" onerror="window.pwned=1">`,
		`"><svg/onload=window.pwned=1><iframe srcdoc="<script>parent.pwned=1</script>"></iframe><base href="http://127.0.0.1:9/">`,
		`'+alert(1)+'{{.}}<style>@import "http://127.0.0.1:9/s"</style><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">`,
	} {
		s := hostile(t, word, "javascript:window.pwned=1").server()
		if v == nil {
			v = visit(t, s)
		} else {
			v.visit(s)
		}
		v.shoot("hostile-list")
		for _, path := range []string{"/case/c-evil01", "/case/c-evil02", "/?q=" + url.QueryEscape(word)} {
			v.do(chromedp.Navigate(v.url+path), chromedp.WaitReady("#main"))
			if eval[bool](v, `"pwned" in window || document.querySelectorAll("#main img, #main iframe, #main script, #main style, base").length > 0 ||
				[...document.links].some((a) => !["http:", "https:"].includes(a.protocol))`) {
				t.Errorf("%s: the page obeyed %s", path, word)
			}
		}
	}
}

func TestBoardFitsAPhoneAndBothColourSchemes(t *testing.T) {
	v := visit(t, lively(t))
	grounds := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 390, 320} {
			for name, path := range map[string]string{"list": "/", "case": "/case/c-soon22"} {
				v.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
					chromedp.EmulateViewport(width, 844), chromedp.Navigate(v.url+path), chromedp.WaitReady("#main"))
				if wide := eval[int64](v, `document.documentElement.scrollWidth`); wide > width {
					t.Errorf("%s %s is %d wide on a screen of %d", scheme, path, wide, width)
				}
				v.shoot(name + "-" + scheme + "-" + map[int64]string{1280: "desk", 390: "phone", 320: "small"}[width])
			}
		}
		grounds[eval[string](v, `getComputedStyle(document.body).backgroundColor`)] = true
		if low := eval[float64](v, contrast); low < 4.5 {
			t.Errorf("%s: a text has a contrast of %.1f", scheme, low)
		}
	}
	if len(grounds) != 2 {
		t.Errorf("the schemes have one ground: %v", grounds)
	}
}

// contrast is the lowest of all texts against the ground behind them, as WCAG
// 2.1 §1.4.3 reckons it.
const contrast = `(() => {
  const parse = (c) => (c.match(/[\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const all = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return Math.min(...all.map((e) => { const a = lum(parse(getComputedStyle(e).color)), b = lum(ground(e)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
})()`
