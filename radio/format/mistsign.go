package format

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
)

// The headers in which Mist signs a body.
const (
	MistSignatureV2 = "X-Mist-Signature-v2"
	MistSignatureV1 = "X-Mist-Signature"
)

// MistSigned reports whether body, as it came and before anything has read it,
// is signed with secret. v2 and v1 are the two headers' values. If there is a
// v2, it alone counts: nobody may make the weaker one do. The comparison takes
// the same time whatever is wrong.
func MistSigned(secret, body []byte, v2, v1 string) bool {
	hash, shown := sha256.New, v2
	if v2 == "" {
		hash, shown = sha1.New, v1
	}
	sum, err := hex.DecodeString(shown)
	if err != nil || len(secret) == 0 {
		return false
	}
	mac := hmac.New(hash, secret)
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), sum)
}
