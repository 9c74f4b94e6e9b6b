package oauth

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
)

// service signs a request with a service account's key, to act for the
// mailbox's user by domain-wide delegation.
// https://developers.google.com/identity/protocols/oauth2/service-account
func (a Account) service(ctx context.Context) (grant, error) {
	text, err := a.ServiceAccount()
	if err != nil {
		return grant{}, err
	}
	var key struct {
		Type         string `json:"type"`
		ClientEmail  string `json:"client_email"`
		PrivateKeyID string `json:"private_key_id"`
		PrivateKey   string `json:"private_key"`
		TokenURI     string `json:"token_uri"`
	}
	if json.Unmarshal([]byte(text), &key) != nil || key.Type != "service_account" || key.ClientEmail == "" || !signs(key.PrivateKey) {
		return grant{}, errNoKey
	}
	endpoint := cmp.Or(a.TokenURL, key.TokenURI, a.endpoint().TokenURL)
	if err := secure(endpoint); err != nil {
		return grant{}, fmt.Errorf("service_account_file: token_uri %w", err)
	}
	c := &jwt.Config{
		Email: key.ClientEmail, PrivateKey: []byte(key.PrivateKey), PrivateKeyID: key.PrivateKeyID,
		Subject: a.Username, Scopes: a.scopes(), TokenURL: endpoint,
	}
	return a.call(ctx, func(ctx context.Context) (*oauth2.Token, error) { return c.TokenSource(ctx).Token() })
}

var errNoKey = errors.New("service_account_file: holds no service account's key\nhint: make a key of type JSON for the service account and take the file as it is")

// signs says whether a PEM text holds an RSA key. The library's own errors could
// quote it.
func signs(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return true
	}
	_, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return err == nil
}
