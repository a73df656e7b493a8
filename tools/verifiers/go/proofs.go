package main

// Proofs in a file, one JSON object on each line: what another implementation made, to be compared
// with what tlog accepts.

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

const proofLineBytesMax = 1 << 20

// hexHash is a hash in hexadecimal.
type hexHash tlog.Hash

func (h *hexHash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(tlog.HashSize) {
		return fmt.Errorf("a hash of %d digits", len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

type proofLine struct {
	Kind  string    `json:"kind"` // inclusion or consistency
	Index int64     `json:"index"`
	First int64     `json:"first"`
	Size  int64     `json:"size"`
	Leaf  hexHash   `json:"leaf"`
	Root1 hexHash   `json:"root1"`
	Root  hexHash   `json:"root"`
	Proof []hexHash `json:"proof"`
}

func (p proofLine) check() error {
	hashes := make([]tlog.Hash, len(p.Proof))
	for i, hash := range p.Proof {
		hashes[i] = tlog.Hash(hash)
	}
	switch p.Kind {
	case "inclusion":
		return tlog.CheckRecord(hashes, p.Size, tlog.Hash(p.Root), p.Index, tlog.Hash(p.Leaf))
	case "consistency":
		return tlog.CheckTree(hashes, p.Size, tlog.Hash(p.Root), p.First, tlog.Hash(p.Root1))
	}
	return fmt.Errorf("a kind %q", p.Kind)
}

func runProofs(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return unreadable{err}
	}
	defer file.Close()
	counts := make(map[string]int)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, proofLineBytesMax)
	for number := 1; lines.Scan(); number++ {
		var proof proofLine
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&proof); err != nil {
			return fmt.Errorf("line %d: %v", number, err)
		}
		if err := proof.check(); err != nil {
			return fmt.Errorf("line %d: %v", number, err)
		}
		counts[proof.Kind]++
	}
	if err := lines.Err(); err != nil {
		return unreadable{err}
	}
	fmt.Printf("verified %d inclusion and %d consistency proofs\n", counts["inclusion"],
		counts["consistency"])
	return nil
}
