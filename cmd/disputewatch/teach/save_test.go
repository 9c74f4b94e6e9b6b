package teach

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFileThatChangedMeanwhileIsNotOverwritten(t *testing.T) {
	const own = "language = de\n"
	path := filepath.Join(t.TempDir(), "words.txt")
	if err := os.WriteFile(path, []byte(own), 0o640); err != nil {
		t.Fatal(err)
	}
	err := replaceFile(path, "something else", "new")
	if is, _ := os.ReadFile(path); err == nil || string(is) != own {
		t.Errorf("%v; the file: %q", err, is)
	}
}
