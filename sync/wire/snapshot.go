package wire

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Snapshot is one chunk of the ordered messages that a store lacks, where they
// are many (down/snapshot). The envelope's Prev is the revision before the first
// message in it, its Rev that of the last, so that a chunk stands in the same
// order as a message. A box that was interrupted is sent a new snapshot, from
// what it holds on.
type Snapshot struct {
	ID     string `json:"id"`
	Part   int    `json:"part"`   // from 1
	Left   int    `json:"left"`   // messages that come after this chunk
	SHA256 string `json:"sha256"` // lower-case hex, of the chunk before's hash and Data
	Data   []byte `json:"data"`   // zstd of one SnapshotLine a line
}

// SnapshotLine is one message in a snapshot.
type SnapshotLine struct {
	Rev     uint64          `json:"rev"`
	Kind    Kind            `json:"kind"`
	Payload json.RawMessage `json:"payload"`
}

// String says nothing about the person.
func (SnapshotLine) String() string { return aboutSomebody }

func (p Snapshot) check() error {
	var r rules
	r.id("id", p.ID)
	if p.Part < 1 {
		r.fail("part", "want 1 or more")
	}
	if p.Left < 0 {
		r.fail("left", "want 0 or more")
	}
	r.sha256("sha256", p.SHA256)
	return r.err
}

// Limits of one chunk, in bytes. The largest message fits in one.
const (
	SnapshotRaw    = 2 << 20 // of lines, when a chunk is full
	snapshotBomb   = 2 * bulk
	snapshotPacked = document / 8 * 5 // of Data: base64 of it and the rest fit in the kind's limit
)

// Fits says whether Data may travel.
func (p Snapshot) Fits() bool { return len(p.Data) <= snapshotPacked }

// PackSnapshot makes the chunk that follows the one whose SHA256 is before; of
// the first that is empty.
func PackSnapshot(id string, part, left int, before string, lines []SnapshotLine) (Snapshot, error) {
	var raw bytes.Buffer
	for _, l := range lines {
		b, err := json.Marshal(l)
		if err != nil {
			return Snapshot{}, fmt.Errorf("pack snapshot: %w", err)
		}
		raw.Write(b)
		raw.WriteByte('\n')
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return Snapshot{}, fmt.Errorf("pack snapshot: %w", err)
	}
	defer enc.Close()
	p := Snapshot{ID: id, Part: part, Left: left, Data: enc.EncodeAll(raw.Bytes(), nil)}
	p.SHA256, err = chain(before, p.Data)
	return p, err
}

// Unpack returns the messages of the chunk that follows the one whose SHA256
// is before. The error is ErrPayload and names places.
func (p Snapshot) Unpack(before string) ([]SnapshotLine, error) {
	sum, err := chain(before, p.Data)
	if err != nil {
		return nil, err
	}
	if sum != p.SHA256 {
		return nil, fmt.Errorf("%w: snapshot part %d: another hash than its sha256: it does not follow the part before", ErrPayload, p.Part)
	}
	dec, err := zstd.NewReader(bytes.NewReader(p.Data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(snapshotBomb), zstd.WithDecoderMaxWindow(snapshotBomb))
	if err != nil {
		return nil, fmt.Errorf("%w: snapshot part %d: %w", ErrPayload, p.Part, err)
	}
	defer dec.Close()
	return readLines(p.Part, io.LimitReader(dec, snapshotBomb))
}

func readLines(part int, r io.Reader) (lines []SnapshotLine, err error) {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		b, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(b) == 0 {
			return lines, nil
		}
		if err != nil { // also a line that is not whole: the chunk is larger than any may be
			return nil, fmt.Errorf("%w: snapshot part %d, line %d: not whole", ErrPayload, part, n)
		}
		var l SnapshotLine
		if json.Unmarshal(b, &l) != nil || !l.Kind.Down() || !l.Kind.Of().Ordered || len(l.Payload) == 0 ||
			len(lines) > 0 && l.Rev <= lines[len(lines)-1].Rev || l.Rev == 0 {
			return nil, fmt.Errorf("%w: snapshot part %d, line %d: want one ordered message with a rising rev", ErrPayload, part, n)
		}
		lines = append(lines, l)
	}
}

// chain returns the hash of a chunk, into which the hash before goes.
func chain(before string, data []byte) (string, error) {
	prev, err := hex.DecodeString(before)
	if err != nil {
		return "", fmt.Errorf("%w: snapshot: hash of the part before: not hexadecimal", ErrPayload)
	}
	sum := sha256.Sum256(append(prev, data...))
	return hex.EncodeToString(sum[:]), nil
}
