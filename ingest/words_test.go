package ingest

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestWordsOfAMailAreAllThatItSays(t *testing.T) {
	body := base64.StdEncoding.EncodeToString([]byte("write to body@example.com"))
	raw := "From: Klarna <d@klarna.com>\r\nSubject: =?utf-8?q?for_subject=40example=2Ecom?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + "\r\n" +
		"--x\r\nContent-Type: text/html\r\n\r\n<p style=\"display:none\">hidden@example.com</p>\r\n" +
		"--x\r\nContent-Type: message/rfc822\r\n\r\nTo: inner@example.com\r\n\r\nhello\r\n--x--\r\n"
	text, ok := Words([]byte(raw))
	for _, address := range []string{"subject@example.com", "body@example.com", "hidden@example.com", "inner@example.com"} {
		if !ok || !strings.Contains(text, address) {
			t.Errorf("no %s in %q", address, text)
		}
	}
	if _, ok := Words(nil); ok {
		t.Error("nothing was opened")
	}
}
