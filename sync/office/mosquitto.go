package office

import (
	"errors"
	"fmt"
	"path/filepath"
)

// MosquittoConfig returns a configuration and an access control file for a
// Mosquitto 2 that serves one chain: TLS 1.3, both sides with certificates of
// headquarters' CA, the certificate's common name as the user and the client,
// and each user confined to topics of its own name. Dir is headquarters' folder, with the
// folder broker that IssueBroker made; aclFile is where the second text will
// stand, dataDir where the broker keeps what it must not lose.
func MosquittoConfig(dir, aclFile, dataDir string, port int) (conf, acl string, err error) {
	about, err := readAbout(dir)
	if err != nil {
		return "", "", err
	}
	if about.Chain == "" {
		return "", "", errors.New("mosquitto: no chain yet; say it with: foyer-hq ca init --chain CHAIN, or issue a store with: foyer-hq ca store")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", "", err
	}
	broker := filepath.Join(dir, "broker")
	conf = fmt.Sprintf(`# Mosquitto 2 for chain %[1]s, made by foyer-hq. The broker's user must be able
# to read the files of %[2]s.
listener %[3]d
cafile %[2]s/ca.pem
certfile %[2]s/broker.pem
keyfile %[2]s/broker.key
# Boxes that were replaced. When foyer-hq has changed it, have the broker read it
# (SIGHUP; foyer-hq serve --broker-reload does so). Open connections stay open.
crlfile %[2]s/crl.pem
require_certificate true
use_identity_as_username true
# Nobody takes over another's session by naming himself like it.
use_username_as_clientid true
tls_version tlsv1.3
allow_anonymous false
acl_file %[4]s

# Sessions and retained documents survive a restart. Should they not, foyer
# sends again: nothing rests on this alone.
persistence true
persistence_location %[5]s/
autosave_interval 60
persistent_client_expiration 30d
max_inflight_messages 1000
max_queued_messages 20000
message_size_limit 12582912
log_type error
log_type warning
log_type notice
`, about.Chain, broker, port, aclFile, dataDir)
	acl = fmt.Sprintf(`# Headquarters hears every store and speaks to every store of the chain.
user %[2]s
topic read foyer/v1/%[1]s/+/up/+
topic write foyer/v1/%[1]s/+/down/+

# Each store, by the common name of its certificate, has its own topics only.
pattern read foyer/v1/%[1]s/%%u/down/+
pattern write foyer/v1/%[1]s/%%u/up/+
`, about.Chain, hqName)
	return conf, acl, nil
}
