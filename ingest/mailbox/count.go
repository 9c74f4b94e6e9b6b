package mailbox

import (
	"context"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Count opens a folder read-only and says how many mails it holds; with a
// word, how many of them have it in their From. The server does the search: on
// one that searches whole words only, the number is a lower bound.
func (c *Conn) Count(ctx context.Context, folder, word string) (int, error) {
	st, err := c.examine(ctx, folder, opening{})
	if err != nil || word == "" || st.messages == 0 {
		return st.messages, err
	}
	criteria := &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "From", Value: word}}}
	found, err := c.searchBy(ctx, st.messages, criteria)
	if err != nil {
		return 0, fmt.Errorf("mailbox %s: look into %s: %w", c.account.Name, folder, err)
	}
	return count(found), nil
}

// CountSubject opens a folder read-only and says how many mails that arrived
// since a day hold a word in their Subject. Time zones are allowed for.
func (c *Conn) CountSubject(ctx context.Context, folder, word string, since time.Time) (int, error) {
	st, err := c.examine(ctx, folder, opening{})
	if err != nil || st.messages == 0 {
		return 0, err
	}
	found, err := c.searchBy(ctx, st.messages, &imap.SearchCriteria{
		Since: day(since), Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: word}},
	})
	if err != nil {
		return 0, fmt.Errorf("mailbox %s: look into %s: %w", c.account.Name, folder, err)
	}
	return count(found), nil
}
