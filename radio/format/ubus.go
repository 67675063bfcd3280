package format

import "encoding/json"

// ubus returns what a ubus method answered, whether it comes bare or in the
// JSON-RPC envelope of uhttpd, whose result is [status, answer]. uhttpd sends
// its errors with HTTP status 200.
func ubus(body []byte) (json.RawMessage, error) {
	var e struct {
		JSONRPC text            `json:"jsonrpc"`
		Error   json.RawMessage `json:"error"`
		Result  json.RawMessage `json:"result"`
	}
	body, err := tidy(body)
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(body, &e) != nil {
		return nil, ErrSyntax
	}
	switch {
	case e.JSONRPC == "" && e.Error == nil:
		return body, nil
	case e.Error != nil:
		return nil, ubusError(e.Error)
	}
	list, ok := elements(e.Result)
	if !ok {
		return nil, ErrSyntax
	}
	var parts [][]byte
	for part := range list {
		if parts = append(parts, part); len(parts) == 2 {
			break
		}
	}
	switch {
	case len(parts) > 0 && string(parts[0]) == "6": // UBUS_STATUS_PERMISSION_DENIED
		return nil, ErrDenied
	case len(parts) > 0 && string(parts[0]) != "0":
		return nil, ErrSource
	case len(parts) < 2:
		return nil, ErrSyntax
	}
	return parts[1], nil
}

// ubusError tells "access denied" from the other errors of JSON-RPC.
func ubusError(raw json.RawMessage) error {
	var e struct {
		Code number `json:"code"`
	}
	if row(raw, &e) && e.Code.v == -32002 {
		return ErrDenied
	}
	return ErrSource
}
