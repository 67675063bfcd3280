package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// nobody is the session that may do nothing but log in.
const nobody = "00000000000000000000000000000000"

// A Ubus is the message bus of an OpenWrt host, reached by uhttpd's JSON-RPC.
// It logs in when it has to, and again when its session has ended.
type Ubus struct {
	c      *Client
	user   string
	secret func() ([]byte, error)

	mu      sync.Mutex // held while logging in, so that it is done once
	session string
}

// NewUbus returns a bus that logs in as user with what secret reads.
func NewUbus(c *Client, user string, secret func() ([]byte, error)) *Ubus {
	return &Ubus{c: c, user: user, secret: secret}
}

// errCall means that the bus answered a call with an error of its own.
var errCall = errors.New("the bus refuses the call: check the object's name")

// Call calls a method of an object and returns the whole answer, in its
// envelope. An ended session is renewed once.
func (u *Ubus) Call(ctx context.Context, object, method string, args any) (Answer, error) {
	session, err := u.login(ctx, "")
	if err != nil {
		return Answer{}, err
	}
	a, err := u.call(ctx, session, object, method, args)
	if !errors.Is(err, ErrDenied) {
		return a, err
	}
	if session, err = u.login(ctx, session); err != nil {
		return Answer{}, err
	}
	return u.call(ctx, session, object, method, args)
}

// login returns the session, a new one if there is none or it is the one that
// was refused.
func (u *Ubus) login(ctx context.Context, refused string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.session != "" && u.session != refused {
		return u.session, nil
	}
	u.session = ""
	password, err := u.secret()
	if err != nil {
		return "", ErrSecret
	}
	a, err := u.call(ctx, nobody, "session", "login", map[string]string{"username": u.user, "password": string(password)})
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	var e struct {
		Result []struct {
			Session string `json:"ubus_rpc_session"`
		} `json:"result"`
	}
	// The result is [0, {…}]; the number is no object and is left out.
	_ = json.Unmarshal(a.Body, &e)
	for _, r := range e.Result {
		if len(r.Session) >= 16 && len(r.Session) <= 64 {
			u.session = r.Session
		}
	}
	if u.session == "" {
		return "", ErrAnswer
	}
	return u.session, nil
}

// call is one request in session.
func (u *Ubus) call(ctx context.Context, session, object, method string, args any) (Answer, error) {
	if args == nil {
		args = struct{}{}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "call", "params": []any{session, object, method, args}})
	if err != nil {
		return Answer{}, errCall
	}
	a, err := u.c.Do(ctx, http.MethodPost, "/ubus", nil, body)
	if err != nil {
		return Answer{}, err
	}
	return a, envelope(a.Body)
}

// envelope tells the errors of JSON-RPC, which come with HTTP status 200:
// {"error":{"code":-32002}} and {"result":[6]} deny access.
func envelope(body []byte) error {
	var e struct {
		Error *struct {
			Code int `json:"code"`
		} `json:"error"`
		Result []json.RawMessage `json:"result"`
	}
	switch err := json.Unmarshal(body, &e); {
	case err != nil:
		return ErrAnswer
	case e.Error != nil && e.Error.Code == -32002, len(e.Result) > 0 && string(e.Result[0]) == "6":
		return ErrDenied
	case e.Error != nil, len(e.Result) > 0 && string(e.Result[0]) != "0":
		return errCall
	case len(e.Result) == 0:
		return ErrAnswer
	}
	return nil
}
