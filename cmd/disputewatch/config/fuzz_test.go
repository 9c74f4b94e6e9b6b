package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad: whatever the bytes, there is a config or there are faults with a
// place, never both, never a panic, and no fault of more than one line.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, example) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			t.Skip() // the YAML library needs time in the square of the nesting
		}
		c, err := Options{CheckSchedule: checkSchedule}.read("c.yaml", data, Config{dir: "/x"})
		if err == nil {
			c.Policy()
			return
		}
		var faults *Faults
		if !errors.As(err, &faults) || c != nil || len(faults.List) == 0 {
			t.Fatalf("neither a config nor faults: %v", err)
		}
		for _, fault := range faults.List {
			if fault.Line < 1 || fault.Col < 1 || fault.What == "" {
				t.Errorf("a fault without a place: %+v", fault)
			}
		}
		if lines := strings.Count(err.Error(), "\n") + 1; lines != len(faults.List) {
			t.Errorf("%d faults in %d lines:\n%s", len(faults.List), lines, err)
		}
	})
}
