package fakestripe

import (
	"slices"
	"time"
)

// shelf holds objects newest first, the order of all of Stripe's lists, and by
// their ids.
type shelf[T any] struct {
	all  []*T
	byID map[string]*T
	key  func(*T) (id string, created time.Time)
}

func newShelf[T any](key func(*T) (string, time.Time)) shelf[T] {
	return shelf[T]{byID: map[string]*T{}, key: key}
}

// put adds v, or puts it in the place of the one with its id.
func (s *shelf[T]) put(v T) {
	id, created := s.key(&v)
	if old, ok := s.byID[id]; ok {
		s.all = slices.DeleteFunc(s.all, func(p *T) bool { return p == old })
	}
	i, _ := slices.BinarySearchFunc(s.all, created, func(p *T, at time.Time) int {
		if _, t := s.key(p); t.Before(at) {
			return 1
		}
		return -1
	})
	s.all, s.byID[id] = slices.Insert(s.all, i, &v), &v
}

// change changes the object of that id; it says whether there is one.
func (s *shelf[T]) change(id string, change func(*T)) bool {
	v, ok := s.byID[id]
	if ok {
		change(v)
	}
	return ok
}
