// Command verifier checks a published ledger from its files alone. The tree and the notes are those
// of golang.org/x/mod/sumdb; README.md in the folder above says what is proven.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const (
	exitVerified    = 0
	exitUsage       = 2
	exitNotVerified = 4
	exitUnreadable  = 5
)

const usageText = `usage:
  verifier log SOURCE --key VKEY [--witness VKEY]... [--quorum N] [--cosigned-within SECONDS]
                      [--old FILE [--old-key VKEY]] [--keep FILE]
                      [--ca FILE] [--client-cert FILE --client-key FILE]
      check every entry and tile of a log; SOURCE is a directory or an http(s) address; --old-key is
      what the log had at an earlier visit, where it has another one now; --ca is who signed the
      certificate of an https server, --client-cert and --client-key are one's own
  verifier proofs FILE
      check inclusion and consistency proofs, a JSON object on each line

Exit status: 0 verified, 2 usage, 4 not verified, 5 could not be read (or kept).
`

// unreadable: something could not be read (or kept), so that nothing is known about it. Every other
// error but usageError says that what was read is not what it claims to be, and names the place.
type unreadable struct{ error }

func (e unreadable) Unwrap() error { return e.error }

// usageError: the command line makes no sense.
type usageError struct{ error }

// texts is an option that may be given several times.
type texts []string

func (t *texts) String() string { return fmt.Sprint(*t) }

func (t *texts) Set(value string) error {
	*t = append(*t, value)
	return nil
}

func logCommand(sourceName string, arguments []string) error {
	flags := flag.NewFlagSet("log", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	key := flags.String("key", "", "")
	old := flags.String("old", "", "")
	oldKey := flags.String("old-key", "", "")
	keep := flags.String("keep", "", "")
	quorum := flags.Int("quorum", -1, "")
	within := flags.Uint64("cosigned-within", 0, "")
	var files tlsFiles
	flags.StringVar(&files.authorities, "ca", "", "")
	flags.StringVar(&files.certificate, "client-cert", "", "")
	flags.StringVar(&files.key, "client-key", "", "")
	var witnesses texts
	flags.Var(&witnesses, "witness", "")
	if err := flags.Parse(arguments); err != nil {
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{errors.New("unexpected " + flags.Arg(0))}
	}
	if *oldKey != "" && *old == "" {
		return usageError{errors.New("--old-key goes with --old")}
	}
	keys, err := readKeys(*key, *oldKey, witnesses, *quorum, *within)
	if err != nil {
		return usageError{err}
	}
	source, err := openSource(sourceName, files)
	if err != nil {
		return err
	}
	return runLog(source, keys, *old, *keep)
}

func run(arguments []string) error {
	switch {
	case len(arguments) >= 2 && arguments[0] == "log":
		return logCommand(arguments[1], arguments[2:])
	case len(arguments) == 2 && arguments[0] == "proofs":
		return runProofs(arguments[1])
	}
	return usageError{errors.New("a command with its arguments is needed")}
}

func main() {
	err := run(os.Args[1:])
	var misused usageError
	var unread unreadable
	switch {
	case err == nil:
		os.Exit(exitVerified)
	case errors.As(err, &misused):
		fmt.Fprint(os.Stderr, "verifier: ", err, "\n", usageText)
		os.Exit(exitUsage)
	case errors.As(err, &unread):
		fmt.Fprintln(os.Stderr, "could not be read:", err)
		os.Exit(exitUnreadable)
	default:
		fmt.Fprintln(os.Stderr, "not verified:", err)
		os.Exit(exitNotVerified)
	}
}
