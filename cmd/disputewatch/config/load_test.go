package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkSchedule stands for the cron library, which another package owns.
func checkSchedule(text string) error {
	if strings.HasPrefix(text, "@every ") || len(strings.Fields(text)) == 5 {
		return nil
	}
	return errors.New("expected five fields,\nfound something else")
}

// load reads a file of testdata; faults come back as the lines of their text.
func load(t *testing.T, file string) (*Config, []string) {
	t.Helper()
	c, err := Options{CheckSchedule: checkSchedule}.Load(filepath.Join("testdata", file))
	if err == nil {
		return c, nil
	}
	var faults *Faults
	if !errors.As(err, &faults) {
		t.Fatalf("%s: %v: not what its writer did wrong", file, err)
	}
	if c != nil {
		t.Fatalf("%s: faults and a config", file)
	}
	return nil, strings.Split(strings.ReplaceAll(err.Error(), "testdata/", ""), "\n")
}

func TestEachBadFileNamesItsFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("testdata holds %d bad files: %v", len(files), err)
	}
	for _, path := range files {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			_, lines := load(t, file)
			if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), lines); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEditorsMarksAreNoFaults(t *testing.T) {
	for name, text := range map[string]string{
		"directive": "%YAML 1.2\n---\n" + smallest, "marker": "---\n" + smallest + "...\n",
		"line ends": strings.ReplaceAll(smallest, "\n", "\r\n"), "byte order mark": "\ufeff" + smallest,
	} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		writeSecret(t, path, text, 0o600)
		if c, err := Load(path); err != nil || len(c.Mailboxes) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGoodFilesLoad(t *testing.T) {
	for _, file := range []string{"good-smallest.yaml", "good-contract.yaml", "good-asks-nothing.yaml"} {
		if _, lines := load(t, file); lines != nil {
			t.Errorf("%s:\n%s", file, strings.Join(lines, "\n"))
		}
	}
}

func TestFaultsShowNoSecret(t *testing.T) {
	files, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		_, lines := load(t, filepath.Base(path))
		for _, line := range lines {
			for _, secret := range []string{"hunter2", "51aBcDeFgH"} {
				if strings.Contains(line, secret) {
					t.Errorf("shows a secret: %s", line)
				}
			}
		}
	}
}

func TestFiveFaultsAreFiveLines(t *testing.T) {
	if _, lines := load(t, "bad-five-faults.yaml"); len(lines) != 5 {
		t.Errorf("%d lines:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}
