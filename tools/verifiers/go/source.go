package main

// Where a published ledger is read from: a directory, or a web server.

import (
	"crypto/tls"
	"crypto/x509"
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

// tlsFiles: what https needs beyond what the system trusts, PEM; empty where there is none.
type tlsFiles struct{ authorities, certificate, key string }

// config is of a client that checks the server's certificate and name, and shows its own one.
func (t tlsFiles) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.authorities != "" {
		text, err := os.ReadFile(t.authorities)
		if err != nil {
			return nil, unreadable{err}
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, unreadable{fmt.Errorf("%s: there is no certificate (PEM) in it", t.authorities)}
		}
	}
	if t.certificate != "" {
		own, err := tls.LoadX509KeyPair(t.certificate, t.key)
		if err != nil {
			return nil, unreadable{err}
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}

func openSource(name string, files tlsFiles) (source, error) {
	if (files.certificate == "") != (files.key == "") {
		return nil, usageError{errors.New("--client-cert and --client-key belong together")}
	}
	if files != (tlsFiles{}) && !strings.HasPrefix(name, "https://") {
		return nil, usageError{errors.New("--ca, --client-cert and --client-key go with an https address")}
	}
	if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
		return directory(name), nil
	}
	config, err := files.config()
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Timeout:   answerTimeout,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config},
		// The auditor names the server that is checked; it does not pass him on to another one.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return website{strings.TrimRight(name, "/"), client}, nil
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
