package oauth

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Whatever an endpoint answers: no error quotes it, and what it says of a
// token's life is within bounds.
func FuzzNoErrorQuotesAnAnswer(f *testing.F) {
	f.Add(400, `{"error":"invalid_grant","error_description":"AADSTS70008: `, `"}`)
	f.Add(400, `{"error":"`, `"}`)
	f.Add(200, `{"access_token":"`, `","expires_in":"3600"}`)
	f.Add(503, "<html>", "")
	f.Add(200, `{"expires_in":1e400,"x":"`, `"}`)
	const secret = "S3CRET"
	f.Fuzz(func(t *testing.T, status int, before, after string) {
		x := &exchange{host: "id.example", status: status, body: []byte(before + secret + after)}
		err := Account{Mailbox: "onboarding", Provider: Custom}.fault(context.Background(), x, errors.New(before+secret))
		if err == nil || strings.Contains(err.Error(), secret) || len(err.Error()) > 600 {
			t.Errorf("%v", err)
		}
		if d := x.lasts(); d < 0 || d > longest {
			t.Errorf("lasts %v", d)
		}
	})
}
