package board

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"
)

//go:embed page
var files embed.FS

// pages answers with HTML.
type pages struct {
	*Server
	templates *template.Template
}

// parse reads the templates. They are part of the binary: one that is broken is
// broken for everybody, and the first test says so.
func parse() *template.Template {
	own := template.FuncMap{"capital": capital}
	return template.Must(template.New("").Funcs(own).ParseFS(files, "page/*.html"))
}

// frame is what every page has around its own.
type frame struct {
	Title  string
	Now    When
	Zone   string
	Faults []string // why the program does not do its work; empty while it does
	Well   string   // that it does, and since when
}

func (s *Server) frame(title string, now time.Time, r readiness) frame {
	f := frame{Title: title, Now: s.when(now), Zone: s.zone().String(), Faults: r.Reasons}
	if r.Ready {
		f.Well = "Everything works: mailboxes, Stripe and Slack were last reached " + ago(r.LastPass, now) + "."
	}
	return f
}

// draw writes a page whole or not at all.
func (p *pages) draw(w http.ResponseWriter, code int, name string, page any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, page); err != nil {
		p.fault(w, "draw "+name, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if _, err := b.WriteTo(w); err != nil {
		p.log().Debug("answer was cut off", "err", err)
	}
}

// fault logs what went wrong and tells the visitor that something did.
func (s *Server) fault(w http.ResponseWriter, doing string, err error) {
	s.log().Error("board could not answer", "doing", doing, "err", err)
	http.Error(w, "The board cannot answer now.\nhint: the reason is in the log", http.StatusInternalServerError)
}

// message is a page with one sentence.
type message struct {
	frame
	Text string
}

func (p *pages) say(w http.ResponseWriter, code int, title, text string) {
	p.draw(w, code, "message.html", message{p.frame(title, p.Now(), readiness{}), text})
}

func (p *pages) nothing(w http.ResponseWriter, _ *http.Request) {
	p.say(w, http.StatusNotFound, "Not found", "There is no such page.")
}

// asset answers with one of the board's own files.
func asset(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		http.ServeFileFS(w, r, files, "page/"+name)
	}
}
