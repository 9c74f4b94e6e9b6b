package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManualHasAPageForEachCommandWithItsFlags(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SOURCE_DATE_EPOCH", "1772438400")
	c := &command{stdout: io.Discard, stderr: io.Discard}
	root := c.root()
	root.SetArgs([]string{"man", dir})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	page := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name+".1"))
		if err != nil {
			t.Error(err)
		}
		return strings.ReplaceAll(string(b), `\-`, "-")
	}
	if text := page("disputewatch"); !strings.Contains(text, "Exit status: ") || !strings.Contains(text, "Mar 2026") {
		t.Errorf("%s", text)
	}
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		text := page("disputewatch-" + cmd.Name())
		for _, word := range strings.Fields(cmd.NonInheritedFlags().FlagUsages()) {
			flag, _, _ := strings.Cut(word, "[")
			if strings.HasPrefix(flag, "--") && !strings.Contains(text, flag) {
				t.Errorf("%s: no %s", cmd.Name(), flag)
			}
		}
	}
}
