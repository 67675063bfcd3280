package main

import (
	"encoding/json"
	"net/http"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// What the commands ask of a serving foyer-hq.
type (
	pushRequest struct {
		Store    string    `json:"store"`
		Kind     wire.Kind `json:"kind"`
		Payloads [][]byte  `json:"payloads"`
	}
	pushAnswer struct {
		Rev uint64 `json:"rev"`
	}
	inviteRequest struct {
		Store    string        `json:"store"`
		Customer string        `json:"customer"`
		TTL      time.Duration `json:"ttl"` // nanoseconds
	}
	ledgerRequest struct {
		Store string `json:"store"`
	}
	codeRequest struct {
		Store   string        `json:"store"`
		Replace bool          `json:"replace"`
		TTL     time.Duration `json:"ttl"` // nanoseconds
	}
	pushToRequest struct {
		Target  office.Target `json:"target"`
		Kind    wire.Kind     `json:"kind"`
		Payload []byte        `json:"payload,omitempty"`
	}
	groupRequest struct {
		Name   string   `json:"name"`
		Stores []string `json:"stores,omitempty"`
	}
	stageRequest struct {
		ID       string            `json:"id"`
		Names    bool              `json:"names"`
		Profiles []json.RawMessage `json:"profiles"`
	}
	commitRequest struct {
		ID     string        `json:"id"`
		Target office.Target `json:"target"`
	}
	importAnswer struct {
		ID    string `json:"id,omitempty"`
		Moved uint64 `json:"moved"`
		Total uint64 `json:"total"`
	}
	rotateRequest struct {
		Leave bool `json:"leave"`
	}
	revokeRequest struct {
		Store        string   `json:"store"`
		Certificates []string `json:"certificates"`
	}
	revokeAnswer struct {
		Rev  uint64 `json:"rev"`
		Last bool   `json:"last"` // the store's box has no certificate for the line left
	}
	keyRequest struct {
		Name   string         `json:"name"`
		Scopes []office.Scope `json:"scopes"`
	}
	customerRequest struct {
		Name string `json:"name"`
		Make bool   `json:"make"`
	}
	inviteAnswer struct {
		Code string `json:"code"`
	}
	tokenAnswer struct {
		Token string `json:"token"`
	}
)

// maxRequest is the largest request in bytes: a batch of the largest profiles,
// as base64.
const maxRequest = 96 << 20

func control(f *office.Office) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /push", answer(func(r pushRequest) (pushAnswer, error) {
		all := make([]any, len(r.Payloads))
		for i, p := range r.Payloads {
			all[i] = p
		}
		rev, err := f.PushAll(r.Store, r.Kind, all)
		return pushAnswer{rev}, err
	}))
	mux.HandleFunc("POST /invite", answer(func(r inviteRequest) (inviteAnswer, error) {
		code, err := f.Invite(r.Store, r.Customer, r.TTL)
		return inviteAnswer{code}, err
	}))
	mux.HandleFunc("POST /keyshare", answer(func(r keyshareRequest) (struct{}, error) {
		return struct{}{}, f.Withhold(r.Store, r.Withhold)
	}))
	mux.HandleFunc("POST /ledger", answer(func(r ledgerRequest) (struct{}, error) { return struct{}{}, f.AcceptLedger(r.Store) }))
	mux.HandleFunc("POST /token", answer(func(r inviteRequest) (tokenAnswer, error) {
		token, err := f.Pass(r.Store, r.Customer, r.TTL)
		return tokenAnswer{token}, err
	}))
	mux.HandleFunc("POST /promote", answer(func(r ledgerRequest) (pushAnswer, error) {
		rev, err := f.Promote(r.Store)
		return pushAnswer{rev}, err
	}))
	many(mux, f)
	mux.HandleFunc("POST /rotate", answer(func(r rotateRequest) (office.Rotation, error) { return f.Rotate(r.Leave) }))
	mux.HandleFunc("POST /revoke", answer(func(r revokeRequest) (revokeAnswer, error) {
		rev, last, err := f.Revoke(r.Store, r.Certificates)
		return revokeAnswer{rev, last}, err
	}))
	mux.HandleFunc("POST /keys/add", answer(func(r keyRequest) (inviteAnswer, error) {
		secret, err := f.AddKey(r.Name, r.Scopes)
		return inviteAnswer{secret}, err
	}))
	mux.HandleFunc("POST /keys/remove", answer(func(r keyRequest) (struct{}, error) { return struct{}{}, f.RemoveKey(r.Name) }))
	mux.HandleFunc("POST /keys/list", answer(func(struct{}) ([]office.Key, error) { return f.Keys(), nil }))
	mux.HandleFunc("POST /customer", answer(func(r customerRequest) (inviteAnswer, error) {
		p, err := f.Pseudonym(r.Name, r.Make)
		return inviteAnswer{p}, err
	}))
	mux.HandleFunc("POST /enroll-code", answer(func(r codeRequest) (inviteAnswer, error) {
		code, err := f.EnrolCode(r.Store, r.Replace, r.TTL)
		return inviteAnswer{code}, err
	}))
	mux.HandleFunc("POST /status", answer(func(struct{}) ([]office.StoreStatus, error) { return f.Status(), nil }))
	return mux
}

// many answers what is about more than one store or customer.
func many(mux *http.ServeMux, f *office.Office) {
	mux.HandleFunc("POST /push-to", answer(func(r pushToRequest) ([]office.Pushed, error) { return f.PushTo(r.Target, r.Kind, r.Payload) }))
	mux.HandleFunc("POST /rollback", answer(func(r pushToRequest) ([]office.Pushed, error) { return f.Rollback(r.Target, r.Kind) }))
	mux.HandleFunc("POST /resolve", answer(f.Resolve))
	mux.HandleFunc("POST /groups/set", answer(func(r groupRequest) (struct{}, error) { return struct{}{}, f.SetGroup(r.Name, r.Stores) }))
	mux.HandleFunc("POST /groups/list", answer(func(struct{}) (map[string][]string, error) { return f.Groups() }))
	mux.HandleFunc("POST /import/begin", answer(func(struct{}) (importAnswer, error) {
		id, err := f.BeginImport()
		return importAnswer{ID: id}, err
	}))
	mux.HandleFunc("POST /import/stage", answer(func(r stageRequest) (struct{}, error) { return struct{}{}, f.Stage(r.ID, r.Profiles, r.Names) }))
	mux.HandleFunc("POST /import/commit", answer(func(r commitRequest) (importAnswer, error) {
		n, err := f.CommitImport(r.ID, r.Target)
		return importAnswer{Moved: uint64(n), Total: uint64(n)}, err
	}))
	mux.HandleFunc("POST /import/progress", answer(func(struct{}) (importAnswer, error) {
		moved, total := f.ImportProgress()
		return importAnswer{Moved: moved, Total: total}, nil
	}))
}

func answer[In, Out any](do func(In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&in); err != nil {
			http.Error(w, "request: "+err.Error(), http.StatusBadRequest)
			return
		}
		out, err := do(in)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(out); err != nil {
			return // the command has gone
		}
	}
}
