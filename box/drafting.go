package box

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"foyer/disk"
	"foyer/floor"
	"foyer/sync/wire"
)

// What is drawn on this box, in files of the data folder. Nothing of it is
// about a person.
const (
	fileDraft   = "plan-draft.json" // as the page keeps it
	fileDrawn   = "plan-drawn.json" // the plan that was put in use here
	filePicture = "plan-%s.picture" // to draw over, by level
)

// drawn is a plan that was put in use on this box. It gives way to whatever
// headquarters sends after it: Over is the hash of headquarters' plan then.
type drawn struct {
	Over string          `json:"over,omitempty"`
	Plan json.RawMessage `json:"plan"`
	By   string          `json:"by,omitempty"` // the manager
	At   time.Time       `json:"at,omitzero"`
	Told bool            `json:"told,omitempty"` // headquarters is told of it
}

// drafting keeps what is drawn on this box. It is called on the goroutines of
// requests, one after the other.
type drafting struct {
	b  *store
	mu *sync.Mutex
}

func (b *store) drafts() drafting { return drafting{b, &b.draftMu} }

func (d drafting) file(name string) string { return filepath.Join(d.b.in.Config.Data, name) }

// InForce returns the plan in force.
func (d drafting) InForce() *floor.Plan { return d.b.plan.Load() }

// Draft returns the draft as it was kept.
func (d drafting) Draft() ([]byte, error) { return readIfThere(d.file(fileDraft)) }

// Keep keeps a draft, or removes it.
func (d drafting) Keep(data []byte) error { return d.keep(fileDraft, data) }

func (d drafting) keep(name string, data []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return keepFile(d.file(name), data)
}

// Picture returns the picture under a level.
func (d drafting) Picture(level floor.LevelID) ([]byte, error) {
	return readIfThere(d.file(fmt.Sprintf(filePicture, level)))
}

// KeepPicture keeps it, or removes it.
func (d drafting) KeepPicture(level floor.LevelID, data []byte) error {
	return d.keep(fmt.Sprintf(filePicture, level), data)
}

// Use puts a plan in force and keeps it for the next start; then the draft is
// done with. It is on the disk before it is in force.
func (d drafting) Use(ctx context.Context, by floor.AssociateID, plan []byte) error {
	next, err := d.b.readFloor(plan)
	if err != nil {
		return err
	}
	if err := d.keepDrawn(drawn{Over: d.b.sentPlan(), Plan: plan, By: by.Ref(), At: d.b.in.Now().UTC().Truncate(time.Second)}); err != nil {
		return err
	}
	d.b.planInForce()
	if err := d.b.flow.do(ctx, func(time.Time) { d.b.putFloor(next) }); err != nil {
		return err
	}
	if err := d.Keep(nil); err != nil {
		return err
	}
	return d.tell()
}

func (d drafting) keepDrawn(x drawn) error {
	data, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("keep the drawn plan: %w", err)
	}
	return d.keep(fileDrawn, data)
}

// tell tells headquarters of the plan that was put in use here, once. A box that
// stopped in between tells it at its next start.
func (d drafting) tell() error {
	x, err := d.b.drawnHere()
	if err != nil || x == nil || x.Told || x.At.IsZero() || d.b.link == nil {
		return err
	}
	err = d.b.link.Record(wire.UpPlan, wire.PlanDrawn{Plan: x.Plan, Digest: planHash(x.Plan), Over: x.Over, By: x.By, At: x.At})
	d.b.recorded(wire.UpPlan, err)
	if err != nil {
		return nil // said by health; the next start tells it
	}
	x.Told = true
	return d.keepDrawn(*x)
}

// sentPlan is the hash of headquarters' last good plan, "" if there is none.
func (b *store) sentPlan() string {
	if b.link == nil {
		return ""
	}
	data, ok := b.link.LastGood(wire.DownPlan)
	if !ok {
		return ""
	}
	return planHash(data)
}

func planHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// drawnHere returns the plan that was put in use on this box, nil if there is
// none.
func (b *store) drawnHere() (*drawn, error) {
	data, err := readIfThere(filepath.Join(b.in.Config.Data, fileDrawn))
	if err != nil || data == nil {
		return nil, err
	}
	var d drawn
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("read %s: %w", fileDrawn, err)
	}
	return &d, nil
}

// drawnPlan returns the plan that was put in use on this box, nil if there is
// none or headquarters has sent another since.
func (b *store) drawnPlan() ([]byte, error) {
	d, err := b.drawnHere()
	if err != nil || d == nil || d.Over != b.sentPlan() {
		return nil, err
	}
	return d.Plan, nil
}

// drawnOver reports whether the plan in use was drawn here over this one of
// headquarters, which then stays the older one.
func (b *store) drawnOver(sent []byte) bool {
	d, err := b.drawnHere()
	return err == nil && d != nil && d.Over == planHash(sent)
}

func readIfThere(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was drawn: %w", err)
	}
	return data, nil
}

// keepFile replaces a file whole, or removes it where data is nil.
func keepFile(file string, data []byte) error {
	if data == nil {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what was drawn: %w", err)
		}
		return nil
	}
	if err := disk.WriteFile(file, data, 0o600); err != nil {
		return fmt.Errorf("keep what is drawn: %w", err)
	}
	return nil
}
