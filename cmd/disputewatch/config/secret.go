package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxSecret is far above any password, token or service account file.
const maxSecret = 64 << 10

// hidden is all that a Secret ever prints.
const hidden = "<secret>"

// Secret is a secret in a file. It holds the file's name, never the secret,
// and prints as <secret>.
type Secret struct {
	name        string
	key         string // of the config, for errors: a name that is no file may be the secret itself
	dir         string // of the config
	credentials string // $CREDENTIALS_DIRECTORY, or ""
}

// Secret is the secret that a key of the file names: an absolute path, or a
// name that is looked up in $CREDENTIALS_DIRECTORY and then beside the config.
// In both places a folder called secrets is looked into as well: systemd's
// LoadCredential=secrets:FOLDER calls the file FOLDER/NAME "secrets_NAME". It
// is nil for "".
func (c *Config) Secret(name string) *Secret {
	if name == "" {
		return nil
	}
	return &Secret{name: name, key: c.secretKeys[name], dir: c.dir, credentials: c.credentials}
}

// Read reads the file anew, without the white space around the secret. A file
// that is empty, larger than 64 KB, not a regular file, or that every user of the
// machine may change is refused. Its errors name the file, never its text.
func (s *Secret) Read() (string, error) {
	path, err := s.find()
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", s.key, err)
	}
	text, err := s.open(path)
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", path, err)
	}
	return text, nil
}

// open reads the file. A pipe would block: it is looked at before.
func (s *Secret) open(path string) (string, error) {
	if info, err := os.Stat(path); err != nil {
		return "", secretError(err)
	} else if !info.Mode().IsRegular() {
		return "", errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", secretError(err)
	}
	defer f.Close()
	if err := s.guarded(f, path); err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", secretError(err)
	}
	if len(data) > maxSecret {
		return "", fmt.Errorf("larger than %d KB\nhint: is this the right file?", maxSecret>>10)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", errEmpty
	}
	return text, nil
}

var errEmpty = errors.New("the file is empty")

// Unwritten says of an error of Read that nobody has written the secret yet.
func Unwritten(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errEmpty) }

// find is the file: the first of the places that holds one.
func (s *Secret) find() (string, error) {
	if filepath.IsAbs(s.name) {
		return s.name, nil
	}
	var places []string
	if s.credentials != "" {
		places = append(places, filepath.Join(s.credentials, s.name), filepath.Join(s.credentials, "secrets_"+s.name))
	}
	places = append(places, filepath.Join(s.dir, s.name), filepath.Join(s.dir, "secrets", s.name))
	for _, place := range places {
		if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
			return place, nil
		}
	}
	return "", fmt.Errorf("no such file%s in $CREDENTIALS_DIRECTORY, in %s, or in its folder secrets: %w\nhint: write the secret into a file of that name, mode 0640, group disputewatch",
		s.shown(), s.dir, fs.ErrNotExist)
}

// shown is the name after a space, if it is a default of ours. Another one is
// not shown when there is no such file: it may be the secret.
func (s *Secret) shown() string {
	switch s.name {
	case defaultPasswordFile, defaultAPIKeyFile, defaultBotTokenFile:
		return " " + s.name
	}
	return ""
}

// guarded refuses a file that every user may change: they would have the program
// log in wherever they like.
func (s *Secret) guarded(f *os.File, path string) error {
	info, err := f.Stat()
	if err != nil {
		return secretError(err)
	}
	if info.Mode().Perm()&0o002 != 0 && reachable(path) {
		return fmt.Errorf("every user of this machine may change it (mode %04o)\nhint: %s", info.Mode().Perm(), closeIt)
	}
	return nil
}

const closeIt = "chmod 0640 and chgrp disputewatch"

// Exposed is the path of a secret that every user of the machine may read, and ""
// of any other: whoever has it can read the shop's mail or its Stripe data. It is
// said and not refused, for a daemon that stands still loses disputes. A folder
// above it that lets nobody else in is guard enough, and so is
// $CREDENTIALS_DIRECTORY, which whoever made it has closed: container secrets are
// mode 0444.
func (s *Secret) Exposed() string {
	path, err := s.find()
	if err != nil || s.credentials != "" && strings.HasPrefix(path, filepath.Clean(s.credentials)+"/") {
		return ""
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o004 == 0 || !reachable(path) {
		return ""
	}
	return path
}

// Exposed are the secrets that every user of the machine may read, by their paths,
// each with what to do.
func (c *Config) Exposed() (paths []string, hint string) {
	for name := range c.secretKeys {
		if path := c.Secret(name).Exposed(); path != "" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths, closeIt
}

// reachable says whether every user can come to a file: no folder above it,
// where it really lies, is closed to them. In doubt they can.
func reachable(path string) bool {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return true
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// secretError is an error of the file system without the path, which the
// caller names.
func secretError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w\nhint: the file wants mode 0640 and the group disputewatch, and its folder must let that group in", err)
	}
	return err
}

// String prints <secret>.
func (s *Secret) String() string { return hidden }

// GoString prints <secret>.
func (s *Secret) GoString() string { return hidden }

// MarshalText writes <secret>.
func (s *Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue logs <secret>.
func (s *Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
