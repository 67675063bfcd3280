package radio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"foyer/radio/fetch"
)

// unifiOS is the path under which UniFi OS has its Network application.
const unifiOS = "/proxy/network"

// NewUniFi returns the source that asks a UniFi controller for its stations,
// with an API key or, if there is a user, in a session of hers; for a session
// the client keeps cookies. It knows the serving access point only.
func NewUniFi(o PollOptions) (*Poll, error) {
	if o.Site == "" {
		o.Site = "default"
	}
	p, err := newPoll(o, 5*time.Second, ask{part: "stations", path: "/api/s/" + url.PathEscape(o.Site) + "/stat/sta", format: "unifi"})
	if err != nil {
		return nil, err
	}
	p.head = apiKey
	if o.User != "" {
		p.login = p.loginUniFi
	}
	return p, nil
}

// NewUniFiV1 returns the source that asks the integration API of UniFi OS,
// which tells who is served by which access point and no strength.
func NewUniFiV1(o PollOptions) (*Poll, error) {
	const size = 200
	p, err := newPoll(o, 10*time.Second, ask{
		part: "clients", path: fmt.Sprintf("/integration/v1/sites/%s/clients?limit=%d", url.PathEscape(o.Site), size), format: "unifi-v1",
		page: func(path string, answer []byte) string {
			var a struct{ Offset, Count, TotalCount int }
			if json.Unmarshal(answer, &a) != nil || a.Count <= 0 || a.Offset < 0 || a.Offset+a.Count >= a.TotalCount {
				return ""
			}
			return fmt.Sprintf("%s&offset=%d", path, a.Offset+a.Count)
		},
	})
	if err != nil {
		return nil, err
	}
	p.head = apiKey
	return p, nil
}

// NewFortiGate returns the source that asks a FortiGate what its FortiAPs heard
// of their clients, and of others'.
func NewFortiGate(o PollOptions) (*Poll, error) {
	const from, how = "/api/v2/monitor/wifi/", "?with_triangulation=true"
	p, err := newPoll(o, 5*time.Second,
		ask{part: "clients", path: from + "client" + how, format: "fortigate"},
		ask{part: "others", path: from + "unassociated-devices" + how, format: "fortigate"})
	if err != nil {
		return nil, err
	}
	p.head = func(h http.Header, token []byte) { h.Set("Authorization", "Bearer "+string(token)) }
	return p, nil
}

func apiKey(h http.Header, key []byte) { h["X-API-KEY"] = []string{string(key)} }

// loginUniFi begins a session, of UniFi OS or of a controller by itself.
func (p *Poll) loginUniFi(ctx context.Context, password []byte) error {
	body, err := json.Marshal(map[string]any{"username": p.o.User, "password": string(password), "remember": false})
	if err != nil {
		return fetch.ErrSecret
	}
	path := "/api/login"
	if strings.HasSuffix(p.o.Client.Path(), unifiOS) {
		path = "/api/auth/login"
	}
	_, err = p.o.Client.Root().Do(ctx, http.MethodPost, path, nil, body)
	if errors.Is(err, fetch.ErrStatus) { // 400 with api.err.Invalid
		return fetch.ErrDenied
	}
	return err
}
