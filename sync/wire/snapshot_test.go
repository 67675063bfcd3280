package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

func lines(from, n uint64) (out []SnapshotLine) {
	for i := range n {
		out = append(out, SnapshotLine{Rev: from + i, Kind: DownProfile, Payload: json.RawMessage(fmt.Sprintf(`{"customer":"c-%d"}`, i))})
	}
	return out
}

// A snapshot's parts go through unchanged in their order, and in no other: not
// one that is missing, altered, or of another snapshot.
func TestSnapshotParts(t *testing.T) {
	var parts []Snapshot
	before := ""
	for i := range 3 {
		p, err := PackSnapshot("s-1", i+1, 2-i, before, lines(uint64(100*i+1), 50))
		if err != nil || !p.Fits() {
			t.Fatal(err)
		}
		parts, before = append(parts, p), p.SHA256
	}
	before = ""
	for i, p := range parts {
		got, err := p.Unpack(before)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(lines(uint64(100*i+1), 50), got); d != "" {
			t.Error(d)
		}
		before = p.SHA256
	}
	other, err := PackSnapshot("s-1", 1, 0, "", lines(7, 50))
	if err != nil {
		t.Fatal(err)
	}
	altered := parts[1]
	altered.Data = append([]byte{altered.Data[0] ^ 1}, altered.Data[1:]...)
	for what, c := range map[string]struct {
		part   Snapshot
		before string
	}{
		"a part left out": {parts[2], parts[0].SHA256}, "no part before": {parts[1], ""}, "another snapshot": {parts[1], other.SHA256},
		"altered": {altered, parts[0].SHA256}, "no hash": {parts[1], "rubbish"},
	} {
		if _, err := c.part.Unpack(c.before); !errors.Is(err, ErrPayload) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is packed is looked at like everything else, and cannot fill the memory.
func TestSnapshotRefuses(t *testing.T) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	bomb := make([]byte, 64<<20)
	for what, data := range map[string][]byte{
		"not zstd":          []byte("x"),
		"not JSON":          enc.EncodeAll([]byte("rubbish\n"), nil),
		"half a line":       enc.EncodeAll([]byte(`{"rev":1,"kind":"down/profile","payload":{}}`), nil),
		"not ordered":       enc.EncodeAll([]byte(`{"rev":1,"kind":"down/roster","payload":{}}`+"\n"), nil),
		"up":                enc.EncodeAll([]byte(`{"rev":1,"kind":"up/visit","payload":{}}`+"\n"), nil),
		"revision 0":        enc.EncodeAll([]byte(`{"rev":0,"kind":"down/erase","payload":{}}`+"\n"), nil),
		"not rising":        enc.EncodeAll([]byte(`{"rev":2,"kind":"down/erase","payload":{}}`+"\n"+`{"rev":2,"kind":"down/erase","payload":{}}`+"\n"), nil),
		"64 MiB of nothing": enc.EncodeAll(bomb, nil),
	} {
		p := Snapshot{ID: "s-1", Part: 1, Data: data}
		if p.SHA256, err = chain("", data); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Unpack(""); !errors.Is(err, ErrPayload) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
