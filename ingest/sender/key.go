package sender

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

// key is a DKIM key record (RFC 6376 §3.6.1, RFC 8463).
type key struct {
	kind   string // rsa, ed25519
	public crypto.PublicKey
	tags   map[string]string
}

var errKey = errors.New("its key is malformed")

func parseKey(record string) (key, error) {
	tags, err := parseTags(record)
	if err != nil {
		return key{}, errKey
	}
	if v, has := tags["v"]; has && v != "DKIM1" {
		return key{}, errKey
	}
	if tags["p"] == "" {
		return key{}, errors.New("its key was revoked")
	}
	der, err := base64.StdEncoding.DecodeString(tags["p"])
	if err != nil {
		return key{}, errKey
	}
	k := key{kind: tags["k"], tags: tags}
	switch k.kind {
	case "", "rsa":
		k.kind = "rsa"
		k.public, err = rsaKey(der)
	case "ed25519":
		if len(der) != ed25519.PublicKeySize {
			err = errKey
		}
		k.public = ed25519.PublicKey(der)
	default:
		err = errors.New("its key is of an unknown kind")
	}
	return k, err
}

// rsaKey reads both forms in use (RFC erratum 3017). RFC 8301 §3.2 refuses less
// than 1024 bits; more than 8192 would only cost.
func rsaKey(der []byte) (*rsa.PublicKey, error) {
	var public *rsa.PublicKey
	if any, err := x509.ParsePKIXPublicKey(der); err == nil {
		public, _ = any.(*rsa.PublicKey)
	} else if public, err = x509.ParsePKCS1PublicKey(der); err != nil {
		return nil, errKey
	}
	if public == nil {
		return nil, errKey
	}
	if bits := public.N.BitLen(); bits < 1024 || bits > 8192 {
		return nil, errors.New("its key is too short or too long")
	}
	return public, nil
}

// checkKey checks that the key may be used for this signature.
func (sig signature) checkKey(k key) error {
	flags := strings.Split(k.tags["t"], ":")
	if slices.Contains(flags, "y") {
		return errors.New("its key is marked as a test")
	}
	if at, has := sig.tags["i"]; has && slices.Contains(flags, "s") {
		if _, host, _ := cutLast(at, "@"); !strings.EqualFold(host, sig.domain) {
			return errors.New("its key forbids subdomains in i=")
		}
	}
	if sig.tags["a"] != k.kind+"-sha256" {
		return errors.New("its algorithm does not fit the key")
	}
	if h, has := k.tags["h"]; has && !slices.Contains(strings.Split(h, ":"), "sha256") {
		return errors.New("its key forbids SHA-256")
	}
	if s, has := k.tags["s"]; has {
		services := strings.Split(s, ":")
		if !slices.Contains(services, "*") && !slices.Contains(services, "email") {
			return errors.New("its key is not for mail")
		}
	}
	return nil
}

// checkBody compares the body's hash.
func (sig signature) checkBody(body []byte) error {
	want, err := base64.StdEncoding.DecodeString(sig.tags["bh"])
	if err != nil {
		return errors.New("its body hash cannot be read")
	}
	_, how, _ := strings.Cut(sig.tags["c"], "/")
	h := sha256.New()
	switch how {
	case "", "simple":
		canonicalBody(h, body, false)
	case "relaxed":
		canonicalBody(h, body, true)
	default:
		return errors.New("unknown canonicalization")
	}
	if string(h.Sum(nil)) != string(want) {
		return errors.New("the body was changed")
	}
	return nil
}

// checkHeader compares the signature over the signed fields, which are taken
// from the bottom up (RFC 6376 §5.4.2).
func (sig signature) checkHeader(fields []eml.Field, own int, k key) error {
	signature, err := base64.StdEncoding.DecodeString(sig.tags["b"])
	if err != nil {
		return errors.New("it cannot be read")
	}
	how, _, _ := strings.Cut(sig.tags["c"], "/")
	if how != "" && how != "simple" && how != "relaxed" {
		return errors.New("unknown canonicalization")
	}
	relaxed := how == "relaxed"
	at := map[string][]int{}
	for i, f := range fields {
		name := strings.ToLower(f.Name)
		at[name] = append(at[name], i)
	}
	h := sha256.New()
	for _, name := range sig.signed {
		if here := at[name]; len(here) > 0 {
			h.Write([]byte(canonicalField(fields[here[len(here)-1]].Raw, relaxed) + "\r\n"))
			at[name] = here[:len(here)-1]
		}
	}
	h.Write([]byte(canonicalField(withoutB(fields[own].Raw), relaxed)))
	sum := h.Sum(nil)
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if rsa.VerifyPKCS1v15(public, crypto.SHA256, sum, signature) == nil {
			return nil
		}
	case ed25519.PublicKey:
		if ed25519.Verify(public, sum, signature) {
			return nil
		}
	}
	return errors.New("the header was changed")
}
