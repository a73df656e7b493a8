package main

// Checkpoints: a signed note with origin, size and root.

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const checkpointBytesMax = 64 * 1024

type checkpoint struct {
	origin       string
	tree         tlog.Tree
	cosignatures int
}

// openCheckpoint gives the checkpoint in a note that the log and enough witnesses signed. Lines of
// keys that were not given are ignored; a line of a given key that does not verify condemns the note.
func openCheckpoint(data []byte, keys keys, place string) (checkpoint, error) {
	if len(data) > checkpointBytesMax {
		return checkpoint{}, fmt.Errorf("%s is longer than %d bytes", place, checkpointBytesMax)
	}
	known := note.VerifierList(append([]note.Verifier{keys.log}, keys.witnesses...)...)
	opened, err := note.Open(data, known)
	if unsigned := (*note.UnverifiedNoteError)(nil); errors.As(err, &unsigned) {
		opened, err = unsigned.Note, nil
	}
	if err != nil {
		return checkpoint{}, fmt.Errorf("%s: %v", place, err)
	}
	if err := checkLines(data, known, place); err != nil {
		return checkpoint{}, err
	}
	isSigned := false
	cosignatures := 0
	for _, signature := range opened.Sigs {
		isOfLog := signature.Name == keys.log.Name() && signature.Hash == keys.log.KeyHash()
		isSigned = isSigned || isOfLog
		if !isOfLog && keys.counts(signature) {
			cosignatures++
		}
	}
	if !isSigned {
		return checkpoint{}, fmt.Errorf("%s is not signed with the key of %s", place, keys.log.Name())
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != keys.log.Name() {
		return checkpoint{}, fmt.Errorf("%s, line 1: the origin is not %s", place, keys.log.Name())
	}
	tree, err := readTree(rest)
	if err != nil {
		return checkpoint{}, fmt.Errorf("%s, lines 2 and 3: not a size and a root", place)
	}
	if cosignatures < keys.quorum {
		return checkpoint{}, fmt.Errorf(
			"%s has %d cosignatures of the given witnesses, %d are asked for",
			place, cosignatures, keys.quorum)
	}
	return checkpoint{origin, tree, cosignatures}, nil
}

// readTree reads what tlog.FormatTree writes after its first line, and nothing else.
func readTree(text string) (tlog.Tree, error) {
	const first = "go.sum database tree\n"
	tree, err := tlog.ParseTree([]byte(first + text))
	if err == nil && string(tlog.FormatTree(tree)) != first+text {
		err = errors.New("another spelling")
	}
	return tree, err
}

// checkLines refuses what note.Open lets pass: a second spelling of the base64, and a second line
// of a key that was given.
func checkLines(data []byte, known note.Verifiers, place string) error {
	gap := bytes.LastIndex(data, []byte("\n\n"))
	number := 2 + bytes.Count(data[:gap], []byte("\n"))
	seen := make(map[note.Verifier]bool)
	for _, line := range strings.Split(strings.TrimSuffix(string(data[gap+2:]), "\n"), "\n") {
		number++
		fields := strings.Split(line, " ")
		blob, err := base64.StdEncoding.Strict().DecodeString(fields[2])
		if err != nil {
			return fmt.Errorf("%s, line %d: not a line of a signature", place, number)
		}
		verifier, err := known.Verifier(fields[1], binary.BigEndian.Uint32(blob))
		if err != nil {
			continue
		}
		if seen[verifier] {
			return fmt.Errorf("%s, line %d: a second signature of %s", place, number, verifier.Name())
		}
		seen[verifier] = true
	}
	return nil
}
