package config

// raw is the file as it is written: texts, numbers, lists. Every leaf is a
// key that may be set, and its mapstructure name is its only spelling.
type raw struct {
	Store struct {
		Chain     string   `mapstructure:"chain"`
		ID        string   `mapstructure:"id"`
		Name      string   `mapstructure:"name"`
		Timezone  string   `mapstructure:"timezone"`
		Languages []string `mapstructure:"languages"`
		Open      string   `mapstructure:"open"`
		Close     string   `mapstructure:"close"`
	} `mapstructure:"store"`
	Data     string `mapstructure:"data"`
	Plan     string `mapstructure:"plan"`
	Survey   string `mapstructure:"survey"`
	Identity string `mapstructure:"identity"`
	Runtime  string `mapstructure:"runtime"`
	RootKey  string `mapstructure:"root_key"`
	Listen   struct {
		Guest       string `mapstructure:"guest"`
		Staff       string `mapstructure:"staff"`
		Sensors     string `mapstructure:"sensors"`
		SensorsMQTT string `mapstructure:"sensors_mqtt"`
		SensorsBare string `mapstructure:"sensors_mqtt_plain"`
		RADIUS      string `mapstructure:"radius"`
		Admin       string `mapstructure:"admin"`
	} `mapstructure:"listen"`
	Names struct {
		Guest string `mapstructure:"guest"`
		Staff string `mapstructure:"staff"`
		// Security is whom to write to who has found a weakness.
		Security string `mapstructure:"security"`
	} `mapstructure:"names"`
	TLS struct {
		Guest rawPair `mapstructure:"guest"`
		Staff rawPair `mapstructure:"staff"`
	} `mapstructure:"tls"`
	HQ struct {
		Broker string `mapstructure:"broker"`
		Proxy  string `mapstructure:"proxy"`
		Trial  string `mapstructure:"trial"`
	} `mapstructure:"hq"`
	Sensors []rawSensor `mapstructure:"sensors"`
	Sources []rawSource `mapstructure:"sources"`
	Visit   struct {
		ArrivalMinInside float64 `mapstructure:"arrival_min_inside"`
		Silence          string  `mapstructure:"silence"`
		Reentry          string  `mapstructure:"reentry"`
		ZoneEnter        float64 `mapstructure:"zone_enter"`
		ZoneLeave        float64 `mapstructure:"zone_leave"`
	} `mapstructure:"visit"`
	Greeting struct {
		Grace          string `mapstructure:"grace"`
		AnnounceWithin string `mapstructure:"announce_within"`
	} `mapstructure:"greeting"`
	Offer struct {
		Timeout string `mapstructure:"timeout"`
		Alone   string `mapstructure:"alone"`
	} `mapstructure:"offer"`
	Routing rawRouting `mapstructure:"routing"`
	Locator struct {
		Cell   float64 `mapstructure:"cell"`
		Margin float64 `mapstructure:"margin"`
	} `mapstructure:"locator"`
	Log struct {
		Level  string `mapstructure:"level"`
		Format string `mapstructure:"format"`
	} `mapstructure:"log"`
	MDNS struct {
		Enabled    bool     `mapstructure:"enabled"`
		Interfaces []string `mapstructure:"interfaces"`
	} `mapstructure:"mdns"`
}

type rawPair struct {
	Cert string `mapstructure:"cert"`
	Key  string `mapstructure:"key"`
}

type rawSensor struct {
	ID          string `mapstructure:"id"`
	TokenSHA256 string `mapstructure:"token_sha256"`
	Format      string `mapstructure:"format"`
	Node        string `mapstructure:"node"`
}

type rawSource struct {
	Name        string   `mapstructure:"name"`
	Kind        string   `mapstructure:"kind"`
	URL         string   `mapstructure:"url"`
	User        string   `mapstructure:"user"`
	SecretFile  string   `mapstructure:"secret_file"`
	Objects     []string `mapstructure:"objects"`
	Site        string   `mapstructure:"site"`
	Every       string   `mapstructure:"every"`
	Beacons     string   `mapstructure:"beacons"`
	Listen      string   `mapstructure:"listen"`
	From        []string `mapstructure:"from"`
	Interface   string   `mapstructure:"interface"`
	Group       string   `mapstructure:"group"`
	CAFile      string   `mapstructure:"ca_file"`
	Fingerprint string   `mapstructure:"fingerprint"`
	Insecure    bool     `mapstructure:"insecure"`
	PollOnly    bool     `mapstructure:"poll_only"`
	Validator   string   `mapstructure:"validator"`
	V1          bool     `mapstructure:"v1"`
	Signed      bool     `mapstructure:"message_authenticator"`
}

// defaults returns what holds where nothing is written. What depends on other
// keys (names, certificates, the admin socket) is filled in by the checker.
func defaults() raw {
	var r raw
	r.Store.Languages = []string{"en"}
	r.Store.Open, r.Store.Close = "10:00", "20:00"
	r.Data = "/var/lib/foyer"
	r.Runtime = "/run/foyer"
	r.Visit.ArrivalMinInside = 0.7
	r.Visit.Silence, r.Visit.Reentry = "5m", "20m"
	r.Visit.ZoneEnter, r.Visit.ZoneLeave = 0.7, 0.3
	r.Greeting.Grace, r.Greeting.AnnounceWithin = "20s", "20m"
	r.Offer.Timeout, r.Offer.Alone = "45s", "90s"
	r.HQ.Trial = "10m"
	r.Routing = defaultRouting()
	r.Locator.Cell, r.Locator.Margin = 0.5, 3
	r.Log.Level, r.Log.Format = "info", "text"
	r.MDNS.Enabled = true
	return r
}
