package main

// The keys that the auditor gives: of the log, and of the witnesses of its checkpoints.

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// clocksApart: a cosignature of a time that is further ahead counts for nobody: a clock is wrong.
const clocksApart = 5 * time.Minute

// keys are what the auditor trusts: the log's, the witnesses', how many of those must have signed,
// and when.
type keys struct {
	log       note.Verifier
	old       note.Verifier // of the checkpoint of an earlier visit
	witnesses []note.Verifier
	quorum    int
	notBefore uint64 // seconds since 1970
	notAfter  uint64
}

// keysOf asks for the log's signature alone.
func keysOf(log note.Verifier) keys { return keys{log: log, old: log} }

// counts says whether the cosignature, which verifies, is of a time that is asked for.
func (k keys) counts(signature note.Signature) bool {
	blob, err := base64.StdEncoding.DecodeString(signature.Base64)
	if err != nil || len(blob) < 12 {
		return false
	}
	given := binary.BigEndian.Uint64(blob[4:])
	return k.notBefore <= given && given <= k.notAfter
}

// readKeys reads verifier keys, "name+key id+base64". A quorum of -1 is all of the witnesses; old is
// empty where the log had the same key then; within is in seconds, 0 for ever.
func readKeys(log, old string, witnesses []string, quorum int, within uint64) (keys, error) {
	if log == "" {
		return keys{}, errors.New("--key is needed")
	}
	verifier, err := note.NewVerifier(log)
	if err != nil {
		return keys{}, fmt.Errorf("--key: %w", err)
	}
	now := uint64(time.Now().Unix())
	read := keysOf(verifier)
	read.quorum, read.notAfter = quorum, now+uint64(clocksApart.Seconds())
	if within > 0 {
		if len(witnesses) == 0 {
			return keys{}, errors.New("--cosigned-within goes with --witness")
		}
		if within < now {
			read.notBefore = now - within
		}
	}
	if old != "" {
		if read.old, err = note.NewVerifier(old); err != nil {
			return keys{}, fmt.Errorf("--old-key: %w", err)
		}
	}
	known := make(map[string]bool)
	for _, text := range witnesses {
		witness, err := readWitness(text)
		if err != nil {
			return keys{}, fmt.Errorf("--witness: %w", err)
		}
		// One key under two names would count twice.
		if known[string(witness.key)] {
			return keys{}, errors.New("a witness is given twice")
		}
		known[string(witness.key)] = true
		read.witnesses = append(read.witnesses, witness)
	}
	if quorum == -1 {
		read.quorum = len(witnesses)
	}
	if read.quorum < 0 || read.quorum > len(witnesses) {
		return keys{}, fmt.Errorf("a quorum of %d among %d witnesses", quorum, len(witnesses))
	}
	return read, nil
}

// witness verifies timestamped cosignatures (C2SP tlog-cosignature), which note does not know.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

const typeCosignature = 0x04

func readWitness(text string) (*witness, error) {
	name, rest, _ := strings.Cut(text, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	typed, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || name == "" || len(typed) != 1+ed25519.PublicKeySize {
		return nil, errors.New("not a verifier key (name+id+base64)")
	}
	if typed[0] != typeCosignature {
		return nil, fmt.Errorf("a key of type %#02x, not that of a cosignature", typed[0])
	}
	digest := sha256.Sum256(append([]byte(name+"\n"), typed...))
	if id != hex.EncodeToString(digest[:4]) {
		return nil, errors.New("the key id does not belong to the name and the key")
	}
	return &witness{name, binary.BigEndian.Uint32(digest[:4]), typed[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }

// Verify: the signature is a time, 8 bytes, and 64 bytes over the time and the text.
func (w *witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	given := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", given, text)
	return 0 < given && given < 1<<63 && ed25519.Verify(w.key, []byte(message), signature[8:])
}
