package install

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"foyer/firmware"
	"foyer/firmware/publish"
	"foyer/firmware/spool"
)

func TestAnUpdateThatGoesWell(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	w.quiet = false
	if st := w.daemon("1.1.0", 3); st.State != firmware.Downloaded || st.Got != st.Size || w.asked() {
		t.Fatalf("during the day: %+v", st)
	}
	w.quiet = true
	if st := w.daemon("", 2); st.State != firmware.Installing || !w.asked() {
		t.Fatalf("at night: %+v", st)
	}
	w.must(w.box.Install())
	if st := w.daemon("", 1); st.State != firmware.Trial {
		t.Errorf("on trial: %+v", st)
	}
	began := w.now
	if rec := w.trial(); rec.State != firmware.Confirmed || rec.Version != "1.1.0" || w.now.Sub(began) < 10*time.Minute {
		t.Errorf("after %s: %+v", w.now.Sub(began), rec)
	}
	w.settled("1.1.0")
	if st := w.daemon("", 1); st.State != firmware.Confirmed {
		t.Errorf("kept: %+v", st)
	}
}

// What the spool refuses never reaches the installer; headquarters reads why.
func TestRefusedBySpool(t *testing.T) {
	for _, tt := range []struct {
		name   string
		break_ func(w *world)
		want   string
		reason firmware.Reason
	}{
		{"signed by others", func(w *world) {
			w.must(os.RemoveAll(w.path("repo")))
			w.trust = w.keys("evil-")
			w.must(w.repo.Create(w.trust, w.named("evil-root1", "evil-root2"), w.named("evil-targets1", "evil-targets2"), w.path("evil-stamp")))
			w.must(os.WriteFile(w.path("x"), []byte("evil"), 0o600))
			w.must(w.repo.Add("1.1.0", map[string]string{model: w.path("x")}, w.named("evil-targets1", "evil-targets2"), w.path("evil-stamp")))
		}, "1.1.0", firmware.Untrusted},
		{"one signature too few", func(w *world) { w.edit("3.targets.json", dropSignature) }, "1.1.0", firmware.Untrusted},
		{"changed after signing", func(w *world) {
			w.edit("3.targets.json", func(s string) string { return strings.Replace(s, `"version": "1.1.0"`, `"version": "1.1.1"`, 1) })
		}, "1.1.0", firmware.Untrusted},
		{"older than what runs", nil, "0.9.0", firmware.Older},
		{"not there", nil, "1.2.0", firmware.Unlisted},
		{"for another machine", func(w *world) {
			w.must(os.WriteFile(w.path("x"), []byte("for arm"), 0o600))
			w.must(w.repo.Add("1.3.0", map[string]string{"linux-arm64": w.path("x")}, w.named("targets1", "targets2"), w.path("stamp")))
		}, "1.3.0", firmware.WrongModel},
		{"expired", func(w *world) { w.now = w.now.Add(publish.StampValid + time.Hour) }, "1.1.0", firmware.Expired},
		{"by a clock ten years ahead", func(w *world) { w.now = w.now.AddDate(10, 0, 0) }, "1.1.0", firmware.Expired},
		{"cut short", func(w *world) {
			w.handler(func(rw http.ResponseWriter, r *http.Request, files http.Handler) {
				if !image(r) {
					files.ServeHTTP(rw, r)
					return
				}
				_, _ = io.WriteString(rw, "1.1.0 good\n") // and a clean end
			})
		}, "1.1.0", firmware.Damaged},
		{"other bytes", func(w *world) {
			w.handler(func(rw http.ResponseWriter, r *http.Request, files http.Handler) {
				if !image(r) {
					files.ServeHTTP(rw, r)
					return
				}
				_, _ = io.WriteString(rw, strings.Repeat("x", len(program("1.1.0", "good"))))
			})
		}, "1.1.0", firmware.Damaged},
		{"without an end", func(w *world) {
			w.handler(func(rw http.ResponseWriter, r *http.Request, files http.Handler) {
				if !image(r) {
					files.ServeHTTP(rw, r)
					return
				}
				for {
					if _, err := io.WriteString(rw, strings.Repeat("x", 1<<20)); err != nil {
						return
					}
				}
			})
		}, "1.1.0", firmware.TooLarge},
		{"metadata without an end", func(w *world) {
			w.handler(func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
				for {
					if _, err := io.WriteString(rw, strings.Repeat(" ", 1<<20)); err != nil {
						return
					}
				}
			})
		}, "1.1.0", firmware.TooLarge},
		{"larger than a box takes", func(w *world) { w.maxSize = 1000 }, "1.1.0", firmware.TooLarge},
		{"nobody answers", func(w *world) { w.server.Close() }, "1.1.0", firmware.Unreachable},
		{"no root of trust", func(w *world) { w.must(os.Remove(w.path("root.json"))) }, "1.1.0", firmware.Untrusted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // they wait for the disk
			w := newWorld(t)
			w.publish("1.0.1", "good")
			w.publish("1.1.0", "good")
			if tt.break_ != nil {
				tt.break_(w)
			}
			st := w.daemon(tt.want, 1)
			if st.State != firmware.Failed || st.Reason != tt.reason || st.Detail == "" {
				t.Errorf("%+v, want reason %s", st, tt.reason)
			}
			w.settled("1.0.0")
		})
	}
}

// edit changes a file of the repository behind its signers' backs.
func (w *world) edit(name string, change func(string) string) {
	w.t.Helper()
	data, err := os.ReadFile(w.path("repo/" + name))
	w.must(err)
	after := change(string(data))
	if after == string(data) {
		w.t.Fatalf("%s was not changed:\n%s", name, data)
	}
	w.must(os.WriteFile(w.path("repo/"+name), []byte(after), 0o600))
}

// dropSignature removes the last of several signatures.
func dropSignature(s string) string {
	at := strings.LastIndex(s, `"keyid"`)
	from := strings.LastIndex(s[:at], "},")
	to := strings.Index(s[at:], "}")
	return s[:from] + s[at+to:]
}

// A box that was shown a newer state never goes back to an older one.
func TestRepositoryOfYesterday(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	w.must(os.CopyFS(w.path("yesterday"), os.DirFS(w.path("repo"))))
	w.publish("1.2.0", "good")
	w.quiet = false
	if st := w.daemon("1.2.0", 1); st.State != firmware.Downloaded {
		t.Fatalf("%+v", st)
	}
	w.must(os.RemoveAll(w.path("repo")))
	w.must(os.CopyFS(w.path("repo"), os.DirFS(w.path("yesterday"))))
	if st := w.daemon("1.1.0", 1); st.Reason != firmware.Untrusted {
		t.Errorf("%+v", st)
	}
	w.settled("1.0.0")
}

// A clock at 1970 neither stops an update nor makes an old state young again.
func TestClockAt1970(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	published := w.now
	w.now = time.Unix(60, 0)
	w.update("1.1.0")
	rec, err := firmware.ReadRecord(w.path("slots"))
	if w.must(err); !rec.Floor.Equal(published) {
		t.Errorf("floor %s, want %s", rec.Floor, published)
	}
}

// Root keys are changed by the old ones; boxes walk along, the installer too.
func TestKeysAreChanged(t *testing.T) {
	w := newWorld(t)
	next := w.keys("new-")
	if err := w.repo.ChangeKeys(next, w.named("new-root1", "new-root2"), w.named("new-targets1", "new-targets2"), w.path("new-stamp")); !errors.Is(err, publish.ErrSigned) {
		t.Fatalf("keys changed without the old ones: %v", err)
	}
	w.must(w.repo.ChangeKeys(next, w.named("root1", "root2", "new-root1", "new-root2"), w.named("new-targets1", "new-targets2"), w.path("new-stamp")))
	w.must(os.WriteFile(w.path("x"), []byte(program("1.1.0", "good")), 0o600))
	if err := w.repo.Add("1.1.0", map[string]string{model: w.path("x")}, w.named("targets1", "targets2"), w.path("new-stamp")); !errors.Is(err, publish.ErrSigned) {
		t.Fatalf("the old keys still publish: %v", err)
	}
	w.must(w.repo.Add("1.1.0", map[string]string{model: w.path("x")}, w.named("new-targets1", "new-targets2"), w.path("new-stamp")))
	w.update("1.1.0")
}

// A download goes on where it broke off.
func TestResume(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	var ranges []string
	cut := true
	w.handler(func(rw http.ResponseWriter, r *http.Request, files http.Handler) {
		if !image(r) {
			files.ServeHTTP(rw, r)
			return
		}
		ranges = append(ranges, r.Header.Get("Range"))
		if cut {
			cut = false
			rw.Header().Set("Content-Length", "25011")
			_, _ = io.WriteString(rw, program("1.1.0", "good")[:12000])
			panic(http.ErrAbortHandler)
		}
		files.ServeHTTP(rw, r)
	})
	if st := w.daemon("1.1.0", 1); st.Reason != firmware.Unreachable {
		t.Fatalf("%+v", st)
	}
	w.now = w.now.Add(time.Hour)
	if st := w.daemon("", 1); st.State != firmware.Installing {
		t.Fatalf("%+v", st)
	}
	if len(ranges) != 2 || ranges[1] == "" || ranges[1] == "bytes=0-" {
		t.Errorf("asked for %q", ranges)
	}
	w.must(w.box.Install())
	w.daemon("", 1)
	w.trial()
	w.settled("1.1.0")
}

// Whoever holds the spool, the daemon's own user, cannot make the installer
// take or touch what was not signed.
func TestRefusedByInstaller(t *testing.T) {
	for _, tt := range []struct {
		name   string
		break_ func(w *world)
		reason firmware.Reason
	}{
		{"image replaced", func(w *world) {
			w.must(os.WriteFile(w.path("spool/image"), []byte(strings.Replace(program("1.1.0", "good"), "good", "evil", 1)), 0o600))
		}, firmware.Damaged},
		{"image cut", func(w *world) { w.must(os.Truncate(w.path("spool/image"), 100)) }, firmware.Damaged},
		{"image longer", func(w *world) {
			f, err := os.OpenFile(w.path("spool/image"), os.O_APPEND|os.O_WRONLY, 0)
			w.must(err)
			_, err = f.WriteString("x")
			w.must(errors.Join(err, f.Close()))
		}, firmware.TooLarge},
		{"image is a link out of the spool", func(w *world) {
			w.must(os.Rename(w.path("spool/image"), w.path("elsewhere")))
			w.must(os.Symlink(w.path("elsewhere"), w.path("spool/image")))
		}, firmware.Damaged},
		{"image is a pipe", func(w *world) {
			w.must(os.Remove(w.path("spool/image")))
			w.must(syscall.Mkfifo(w.path("spool/image"), 0o600))
		}, firmware.Damaged},
		{"metadata forged", func(w *world) {
			file := w.path("spool/metadata/2.targets.json")
			data, err := os.ReadFile(file)
			w.must(err)
			w.must(os.WriteFile(file, []byte(strings.Replace(string(data), `"version": "1.1.0"`, `"version": "9.9.9"`, 1)), 0o600))
		}, firmware.Untrusted},
		{"metadata gone", func(w *world) { w.must(os.RemoveAll(w.path("spool/metadata"))) }, firmware.Unreachable},
		{"request for an older one", func(w *world) {
			w.must(os.WriteFile(w.path("spool/"+spool.RequestFile), []byte(`{"version":"0.1.0"}`), 0o600))
		}, firmware.Older},
		{"request is nonsense", func(w *world) {
			w.must(os.WriteFile(w.path("spool/"+spool.RequestFile), []byte(`{"version":"../../x"}`), 0o600))
		}, firmware.Internal},
		{"asked too late", func(w *world) { w.now = w.now.Add(publish.StampValid + time.Hour) }, firmware.Expired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel() // they wait for the disk
			w := newWorld(t)
			w.publish("1.1.0", "good")
			w.daemon("1.1.0", 1)
			if !w.asked() {
				t.Fatal("the installer is not asked")
			}
			tt.break_(w)
			if err := w.box.Install(); err == nil {
				t.Error("installed")
			}
			rec, err := firmware.ReadRecord(w.path("slots"))
			if w.must(err); rec.State != firmware.Failed || rec.Reason != tt.reason {
				t.Errorf("%+v, want reason %s", rec, tt.reason)
			}
			w.settled("1.0.0")
			_, err = w.box.Start()
			w.must(err)
			w.settled("1.0.0")
		})
	}
}

// A version that does not work is left again, and headquarters reads why.
func TestBadVersions(t *testing.T) {
	for behaviour, reason := range map[string]firmware.Reason{
		"crashes": firmware.Crashed, "sick": firmware.Unhealthy, "silent": firmware.Unhealthy,
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish("1.1.0", behaviour)
			w.daemon("1.1.0", 1)
			w.must(w.box.Install())
			if version, _ := w.runs(); version != "1.1.0" {
				t.Fatalf("%s is tried", version)
			}
			if rec := w.trial(); rec.State != firmware.RolledBack || rec.Reason != reason {
				t.Errorf("%+v, want reason %s", rec, reason)
			}
			w.settled("1.0.0")
			st := w.daemon("", 3)
			if st.State != firmware.RolledBack || st.Reason != reason || st.Running != "1.0.0" || w.asked() {
				t.Errorf("headquarters reads %+v", st)
			}
			// A mended version is taken all the same.
			w.publish("1.1.1", "good")
			w.update("1.1.1")
		})
	}
}

// full is a backend whose disk is full.
type full struct{ firmware.Backend }

func (full) Write(firmware.Slot, string, io.Reader) error {
	return &os.PathError{Op: "write", Path: "b", Err: syscall.ENOSPC}
}

func TestDiskFull(t *testing.T) {
	w := newWorld(t)
	w.publish("1.1.0", "good")
	w.daemon("1.1.0", 1)
	w.box.Backend = full{w.slots}
	if err := w.box.Install(); firmware.ReasonOf(err) != firmware.NoSpace {
		t.Error(err)
	}
	w.settled("1.0.0")
}

// Whatever the box is killed in, it comes up with a version that runs, and the
// update still comes to its end.
func TestKilledAtEveryStep(t *testing.T) {
	steps := 0
	ends := map[string]string{"good": "1.1.0", "sick": "1.0.0", "crashes": "1.0.0"}
	least := 20
	if testing.Short() {
		ends, least = map[string]string{"good": "1.1.0"}, 7
	}
	for behaviour, end := range ends {
		for at := 1; ; at++ {
			w := newWorld(t)
			w.publish("1.1.0", behaviour)
			w.daemon("1.1.0", 1)
			n, cut := 0, ""
			w.box.Step = func(name string) error {
				if n++; n == at {
					cut = name
					return errors.New("power cut")
				}
				return nil
			}
			w.ride()
			if cut == "" {
				break // no step is left to be killed at
			}
			steps++
			w.box.Step = nil
			_, err := w.box.Start() // the box comes up
			w.must(err)
			if version, _ := w.runs(); version != "1.0.0" && version != "1.1.0" {
				t.Fatalf("killed before %s: %s runs", cut, version)
			}
			w.ride()
			w.settled(end)
			if t.Failed() {
				t.Fatalf("a version that is %s, killed before %s", behaviour, cut)
			}
		}
	}
	if t.Logf("figure: killed at %d steps", steps); steps < least {
		t.Errorf("killed at %d steps only", steps)
	}
}

// ride brings an update to its end, or to the power cut.
func (w *world) ride() {
	w.t.Helper()
	if w.asked() {
		if err := w.box.Install(); errors.Is(err, errCut) {
			return
		}
	}
	watch := watcher{Trial: Trial{Pulse: w.path(PulseFile), Healthy: 10 * time.Minute, Deadline: 30 * time.Minute, Silence: 90 * time.Second}, began: w.now}
	for range 60 {
		version, behaviour := w.runs()
		if behaviour == "crashes" {
			if _, err := w.box.Start(); errors.Is(err, errCut) {
				return
			}
		} else {
			w.beat++
			w.must(WritePulse(w.dir, Pulse{Version: version, Beat: w.beat, Healthy: behaviour == "good"}))
		}
		if _, over, err := w.box.judge(&watch, w.now); over || errors.Is(err, errCut) {
			return
		}
		w.now = w.now.Add(time.Minute)
	}
	w.t.Fatal("it does not end")
}

// A record or a link that is lost costs the update, never the box.
func TestLostRecordAndLink(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"record damaged": func(w *world) { w.must(os.WriteFile(w.path("slots/state.json"), []byte("\x00\x00"), 0o600)) },
		"record gone":    func(w *world) { w.must(os.Remove(w.path("slots/state.json"))) },
		"link gone":      func(w *world) { w.must(os.Remove(w.path("slots/current"))) },
		"both gone": func(w *world) {
			w.must(os.Remove(w.path("slots/current")))
			w.must(os.Remove(w.path("slots/state.json")))
		},
		"link leads away": func(w *world) {
			w.must(os.Remove(w.path("slots/current")))
			w.must(os.Symlink("/bin", w.path("slots/current")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			lose(w)
			_, err := w.box.Start()
			w.must(err)
			if version, _ := w.runs(); version != "1.0.0" {
				t.Errorf("%s runs", version)
			}
			w.publish("1.1.0", "good")
			w.update("1.1.0")
		})
	}
	t.Run("slot of the record gone", func(t *testing.T) {
		w := newWorld(t)
		w.publish("1.1.0", "good")
		w.daemon("1.1.0", 1)
		w.must(w.box.Install())
		w.must(os.RemoveAll(filepath.Join(w.path("slots"), "b")))
		_, err := w.box.Start()
		w.must(err)
		w.settled("1.0.0")
	})
}

// The program of a newer package is tried like any update.
func TestFromPackage(t *testing.T) {
	w := newWorld(t)
	w.must(os.WriteFile(w.path("package"), []byte(program("1.2.0", "sick")), 0o755))
	if done, err := w.box.Seed(w.path("package"), "1.2.0"); done || err != nil {
		t.Fatalf("seeded over a slot that runs: %v", err)
	}
	w.must(w.box.FromPackage(w.path("package"), "1.2.0"))
	if err := w.box.FromPackage(w.path("package"), "1.2.0"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second trial: %v", err)
	}
	if rec := w.trial(); rec.State != firmware.RolledBack {
		t.Errorf("%+v", rec)
	}
	w.settled("1.0.0")
	if err := w.box.FromPackage(w.path("package"), "0.9.0"); firmware.ReasonOf(err) != firmware.Older {
		t.Errorf("an older package: %v", err)
	}
}
