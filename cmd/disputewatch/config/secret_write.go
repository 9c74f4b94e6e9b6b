package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Write puts a secret into its file and returns the file's path. It is in place
// whole or not at all. A file that is there keeps its mode and its owners; a new
// one is its writer's alone, or may also be read by the group of its folder,
// where that is not the writer's own: such a folder is shared with the daemon.
func (s *Secret) Write(text string) (path string, err error) {
	path, err = s.target()
	if err != nil {
		return "", fmt.Errorf("secret %s: %w", s.key, err)
	}
	if err := replace(path, text); err != nil {
		return "", fmt.Errorf("write secret %s: %w", path, secretError(err))
	}
	return path, nil
}

// CanWrite says whether Write would find a folder that it may write to.
func (s *Secret) CanWrite() error {
	path, err := s.target()
	if err != nil {
		return fmt.Errorf("secret %s: %w", s.key, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-secret-*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		err = secretError(err)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EROFS) {
			err = fmt.Errorf("%w\nhint: name a file in a folder that is there and can be written to", err)
		}
		return fmt.Errorf("secret %s cannot be written: %w", path, err)
	}
	return nil
}

// target is the file that Read would find, else a new one: in the folder
// secrets where there is one, else beside the config.
func (s *Secret) target() (string, error) {
	path, err := s.find()
	if !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	path = filepath.Join(s.dir, "secrets", s.name)
	if info, err := os.Stat(filepath.Dir(path)); err == nil && info.IsDir() {
		return path, nil
	}
	return filepath.Join(s.dir, s.name), nil
}

// replace writes a new file beside path and puts it in path's place.
func replace(path, text string) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-secret-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.WriteString(text + "\n")
	err = errors.Join(err, likeBefore(f, path), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// likeBefore gives a new file the mode and owners of the one at path, or what
// its folder suggests.
func likeBefore(f *os.File, path string) error {
	info, err := os.Stat(path)
	if err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			if err := f.Chown(int(stat.Uid), int(stat.Gid)); err != nil {
				return err
			}
		}
		return f.Chmod(info.Mode().Perm() &^ 0o007)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	stat, ok := dir.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Gid) == os.Getegid() || f.Chown(-1, int(stat.Gid)) != nil {
		return f.Chmod(0o600)
	}
	return f.Chmod(0o640)
}
