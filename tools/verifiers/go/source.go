package main

// Where a published ledger is read from: a directory, or a web server.

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const answerTimeout = 5 * time.Minute

// errMissing: the source can be read, and has no such file.
var errMissing = errors.New("there is no such file")

// A source gives at most limit + 1 bytes, so that the caller sees what is too long. Its errors are
// unreadable; errMissing is in those that tell of a file that is not there.
type source interface {
	read(path string, limit int64) ([]byte, error)
}

func openSource(name string) source {
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		client := &http.Client{
			Timeout: answerTimeout,
			// The auditor names the server that is checked; it does not pass him on to another one.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		return website{strings.TrimRight(name, "/"), client}
	}
	return directory(name)
}

type directory string

func (d directory) read(path string, limit int64) ([]byte, error) {
	return readFile(filepath.Join(string(d), path), limit)
}

// readFile gives at most limit + 1 bytes of a file.
func readFile(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s: %w", path, errMissing)
	}
	if err != nil {
		return nil, unreadable{err}
	}
	defer file.Close()
	return readAll(file, limit)
}

func readAll(from io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, unreadable{err}
	}
	return data, nil
}

// keepFile writes a file as a whole: what it held before stays until the new one is there.
func keepFile(path string, data []byte) error {
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return unreadable{err}
	}
	if err := os.Rename(path+".new", path); err != nil {
		return unreadable{err}
	}
	return nil
}

type website struct {
	address string
	client  *http.Client
}

func (w website) read(path string, limit int64) ([]byte, error) {
	response, err := w.client.Get(w.address + "/" + path)
	if err != nil {
		return nil, unreadable{err}
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		return readAll(response.Body, limit)
	case http.StatusNotFound, http.StatusGone:
		return nil, unreadable{fmt.Errorf("%s: %w", path, errMissing)}
	}
	return nil, unreadable{fmt.Errorf("%s: the server answers %d", path, response.StatusCode)}
}
