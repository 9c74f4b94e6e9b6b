package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestVoiceOfAConfigWithFaultsNeedsWhatItSpeaksThrough(t *testing.T) {
	const rest = "mailboxes: [{name: a, host: imap.example.com, username: a@shop.example, colour: red}]\nstripe: [{name: main}]\n"
	for text, speaks := range map[string]bool{
		"slack: {channel: C012345}\n":                    true,
		"slack: {channel: C012345, app_token_file: /}\n": true,
		"ops: [nobody]\n":                                true,
		"slack: {channel: \"\"}\n":                       false,
		"slack: {chanel: C012345}\n":                     false,
		"slak: {channel: C012345}\n":                     true, // its default may be meant
		"alarms: {channel: \"a b\"}\n":                   false,
		"observe: maybe\n":                               false,
		"timezone: Atlantis\n":                           false,
		"slack: {channel: C012345}\nops: [\n":            false,
	} {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(text+rest), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(file)
		var faults *Faults
		if !errors.As(err, &faults) {
			t.Fatalf("%s: %v", text, err)
		}
		if voice := faults.Voice(); (voice != nil) != speaks || voice != nil && voice.Location() == nil {
			t.Errorf("%s: speaks: %v, with %v", text, voice != nil, err)
		}
	}
}
