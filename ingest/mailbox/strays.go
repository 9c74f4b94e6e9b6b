package mailbox

import (
	"sync"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/disputewatch/disputewatch/rules"
)

// maxStrays bounds what is kept of answers that nobody may ask for.
const maxStrays = 2 * MaxMail

// strays gathers FETCH answers that the library could not tie to a command:
// the UID came after the text, or one mail was answered in two parts.
type strays struct {
	mu     sync.Mutex
	idle   sync.Cond // reading became 0; its lock is mu
	items  map[uint32]*item
	bytes  int64 // taken since nothing was held
	active int   // answers being read
}

// take reads one such answer. The library calls it in a goroutine of its own
// and goes on once a text in the answer is read, so whoever sees the command's
// end finds every text here, or on its way.
func (s *strays) take(msg *imapclient.FetchMessageData) {
	s.mu.Lock()
	s.active++
	room := maxStrays - s.bytes
	s.mu.Unlock()

	uid, it, broken := readItem(msg, room)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
	if s.active == 0 && s.idle.L != nil {
		s.idle.Broadcast()
	}
	if broken || it.header == nil && it.body == nil && !it.large && !it.hollow {
		return
	}
	if s.items == nil {
		s.items = map[uint32]*item{}
	}
	add(s.items, uid, it)
	s.bytes += int64(len(it.header) + len(it.body))
}

// forget drops all: what strayed belongs to the folder that was open.
func (s *strays) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items, s.bytes = nil, 0
}

// give adds what strayed of the mails in set to got. What nobody asked for is
// dropped once it fills the room.
func (s *strays) give(set rules.UIDs, got map[uint32]*item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle.L = &s.mu
	for s.active > 0 {
		s.idle.Wait()
	}
	for uid, it := range s.items {
		if set.Has(uid) {
			add(got, uid, *it)
			delete(s.items, uid)
		}
	}
	if len(s.items) == 0 || s.bytes > maxStrays/2 || len(s.items) > batchMails {
		s.items, s.bytes = nil, 0
	}
}
