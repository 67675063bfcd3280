package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/floor"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const signKeyPEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEATjy+E4QC+BF/MINNKvAmUYpZ8Z7XM0TzR4qLzt1GLeo=
-----END PUBLIC KEY-----
`

// examples has a good payload for every type of every kind.
func examples() map[Kind][]any {
	q := QuarterOf(noon.Add(7 * time.Minute))
	hash := strings.Repeat("ab", 32)
	consent := Consent{Purpose: "presence", Granted: true, Wall: 1, Node: "014", Notice: "3", Method: "page"}
	return map[Kind][]any{
		DownConfig:  {json.RawMessage(`{"visit":{"silence":"5m"}}`)},
		DownPolicy:  {json.RawMessage(`{"schema":"foyer.discretion/1"}`)},
		DownShadow:  {Shadow{json.RawMessage(`{"schema":"foyer.discretion/1"}`)}},
		DownPlan:    {json.RawMessage(`{"levels":[]}`)},
		DownContent: {Content{[]ContentItem{{ID: "n-1", Kind: "new_arrival", Title: "Coats", When: noon}}}},
		DownNotice: {Notice{Language: "en", Version: "3", Text: "We …", Controller: "Northwind", Contact: "privacy@northwind.example", URL: "https://northwind.example/privacy",
			Purposes:     []NoticePurpose{{"photo", "A picture …", []string{"2"}, "until the visit ends"}},
			Translations: []Notice{{Language: "de", Version: "3", Text: "Wir …", Purposes: []NoticePurpose{{Purpose: "photo", Text: "Ein Bild …"}}}}}},
		DownGuidance:    {Guidance{[]GuidanceLine{{"G01", "en", "Let her begin."}}}},
		DownRevocations: {Revocations{Devices: []string{"d-1"}, Certificates: []string{"0a"}, Keys: signKeyPEM}},
		DownFirmware:    {Firmware{"1.4.0", "https://hq.example.com/tuf"}},
		DownRoster: {Roster{[]Associate{{ID: "a-1", Name: "Ana", Role: floor.RoleAssociate, Tier: floor.TierStandard,
			Department: "shoes", Skills: []string{"alterations"}, Languages: []string{"de"}}}}},
		DownSchedule: {Schedule{[]Shift{{"a-1", noon, noon.Add(8 * time.Hour)}}}},
		DownProfile: {Profile{Customer: "c-1", Form: "Ms. Keller", Say: "KELL-er", Languages: []string{"de"}, Style: "only_mine",
			Visibility: "automatic", Preferred: []string{"a-1"}, Blocked: []string{"a-2"},
			Stated:   []StatedPreference{{"s-1", "size", "38", "mine"}},
			Services: []ServiceItem{{"v-1", "Coat at the tailor", noon}}, Wishes: []string{"quiet"},
			Purchases: []Purchase{{ID: "p-1", At: noon, Store: "014", Seller: "a-1", Category: "coats", Text: "A coat",
				Colour: "navy", Sensitivity: "ordinary", Hidden: true}},
			Audience: Audience{"open", "default", "closed"}, Interests: []string{"shoes"}, Consents: []Consent{consent}, Rev: 4}},
		DownConsent:     {ConsentChange{"c-1", consent}},
		DownErase:       {Erase{Customer: "c-1", Proof: "f-1"}},
		DownGeofence:    {Geofence{"c-1", true, noon}},
		DownKeyshare:    {Keyshare{make([]byte, 32), noon}},
		DownInvitation:  {Invitation{hash, "c-1", noon}},
		DownCertificate: {Certificate{Use: "lan", PEM: "-----BEGIN"}, Certificate{Use: "guest", Refused: "the authority is away"}},
		DownSnapshot:    {Snapshot{"s-1", 1, 2, hash, []byte("x")}},
		DownAck:         {Ack{7, 3, []Range{{5, 6}}, true}},
		UpVisit:         {VisitOpened{"v-1", "c-1", q, "a-1", "preferred"}, VisitEnded{"v-1", "c-1", q}},
		UpOffer:         {OfferAnswered{"v-1", "a-1", "accepted", 1}},
		UpConsent:       {ConsentChange{"c-1", consent}},
		UpErase:         {Erase{"c-1", "f-1", AskedByCustomer, noon}},
		UpNote:          {Note{"n-1", "c-1", "a-1", "service", "mine", "Likes tea", noon, true}},
		UpCorrection:    {Correction{"c-1", "stated", "s-1", true, false, "Shoe size 39", []string{"a-1"}, []string{"a-2"}, "closed", noon}},
		UpAccess: {Access{1, noon, "c-1", "a-1", floor.RoleAssociate, "preferred", "v-1", "visit",
			[]AccessItem{{"p-1", "full", "D10"}}, "draft-1", "", ""}},
		UpAppointment: {Appointment{"t-1", "c-1", "a-1", "confirmed", noon, noon.Add(time.Hour)}},
		UpFeedback:    {Feedback{"v-1", "c-1", "just_right"}},
		UpRota:        {RotaChange{"shifts", "a-1", "2026-11-22", []Span{{noon, noon.Add(time.Hour)}}, []string{"a-2"}, true, "m-1", noon}},
		UpPlan:        {PlanDrawn{[]byte(`{"levels":[]}`), hash, hash, "m-1", noon}},
		UpShadow: {ShadowReport{"draft-2", "draft-1", noon, 20, 9, 80, 10, 4, []ShadowCase{{"relation=served seller=colleague",
			"hint, background", "full, background", "D40 -> D40", 10}}, 4}},
		UpApplied:  {Applied{DownRoster, 7, 3, true}},
		UpRejected: {Rejected{DownPlan, 7, 3, "zones[2]: overlaps"}},
		UpResync:   {Resync{7, 3, 5, ""}},
		UpCSR:      {CSR{"mqtt", "-----BEGIN"}},
		UpState: {State{Link: "up", Since: noon, Version: "1", Epoch: 7, Health: []HealthEntry{{"ap-silent", "warning", noon}},
			Nth: 3, Ledger: LedgerHead{Seq: 12, Hash: strings.Repeat("0a", 32)}, Refused: []Refusals{{"expired", 2}},
			Firmware: FirmwareState{"rolled-back", "1.1.0", 5, 6, "crashed", "it did not stay up in 3 starts"}}},
	}
}

// Every kind has properties, a payload, and a good one goes through unchanged.
func TestEveryKind(t *testing.T) {
	all := examples()
	for _, k := range Kinds() {
		if !k.Valid() || !ValidID(k.Name()) {
			t.Errorf("%s has no properties or no name", k)
		}
		types := map[reflect.Type]bool{}
		for _, p := range all[k] {
			types[reflect.TypeOf(p)] = true
		}
		if len(all[k]) == 0 || !k.Raw() && len(types) != len(prototypes(k)) {
			t.Errorf("%s: examples of %d types", k, len(types))
		}
		for _, p := range all[k] {
			data, err := Encode(k, p)
			if err != nil {
				t.Errorf("%s: %v", k, err)
				continue
			}
			if err := Check(k, data); err != nil {
				t.Errorf("%s: %v", k, err)
			}
			if k.Raw() {
				continue
			}
			got := reflect.New(reflect.TypeOf(p))
			if err := decode(k, data, got.Interface()); err != nil {
				t.Errorf("%s: %v", k, err)
			}
			if d := cmp.Diff(p, got.Elem().Interface(), cmp.AllowUnexported(Quarter{})); d != "" {
				t.Errorf("%s: %s", k, d)
			}
		}
	}
	if len(all) != len(Kinds()) {
		t.Errorf("%d kinds have examples, there are %d", len(all), len(Kinds()))
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		p    any
		at   string
	}{
		{DownRoster, Schedule{}, "Schedule does not travel"},
		{DownRoster, nil, "does not travel"},
		{DownRoster, (*Roster)(nil), "does not travel"},
		{"down/nonsense", Roster{}, "does not travel"},
		{DownRoster, Roster{[]Associate{{ID: "a", Name: "A", Role: "boss", Tier: "standard"}}}, "associates[0].role: want one of"},
		{DownRoster, Roster{[]Associate{{ID: "a b", Name: "A", Role: "manager", Tier: "standard"}}}, "associates[0].id"},
		{DownSchedule, Schedule{[]Shift{{"a", noon, noon}}}, "shifts[0]: ends before"},
		{DownCertificate, Certificate{Use: "lan"}, "pem"},
		{DownCertificate, Certificate{Use: "lan", PEM: "x", Refused: "why"}, "refused: there is a certificate"},
		{DownProfile, Profile{}, "customer"},
		{DownProfile, Profile{Customer: "c", Style: "hover"}, "style: want one of"},
		{DownProfile, Profile{Customer: "c", Purchases: []Purchase{{ID: "p", At: noon, Category: "x", Text: "y", Sensitivity: "odd"}}}, "purchases[0].sensitivity"},
		{DownProfile, Profile{Customer: "c", Wishes: make([]string, maxItems+1)}, "wishes: 4097 entries"},
		{DownInvitation, Invitation{"AB", "c", noon}, "code_sha256"},
		{UpVisit, VisitOpened{Visit: "v", Customer: "c"}, "quarter: missing"},
		{UpApplied, Applied{UpVisit, 1, 1, false}, "kind"},
		{DownConfig, json.RawMessage(`[1]`), "one JSON object"},
		{DownConfig, []byte(` `), "one JSON object"},
		{DownConfig, []byte(`{"a":"` + strings.Repeat("x", small) + `"}`), "too large"},
	} {
		if _, err := Encode(c.kind, c.p); err == nil || !strings.Contains(err.Error(), c.at) {
			t.Errorf("%s %T: %v, want %q", c.kind, c.p, err, c.at)
		}
	}
}

// A field that has no place in the type is ignored, and is not there any more
// when the payload is written again.
func TestProfileIsAnAllowList(t *testing.T) {
	in := `{"customer":"c-1","audience":{},"rev":1,"income":"high","purchases":[{"id":"p-1","at":"2026-11-22T12:00:00Z",
		"category":"coats","text":"A coat","sensitivity":"ordinary","price":"990.00","order":"X1"}]}`
	p, err := Decode[Profile]([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	out, err := Encode(DownProfile, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"income", "high", "price", "990", "X1"} {
		if strings.Contains(string(out), word) {
			t.Errorf("%q survives: %s", word, out)
		}
	}
}

// A box asks for revisions or for one customer, and never for both.
func TestResyncAsksForOneThing(t *testing.T) {
	for in, good := range map[string]bool{
		`{"epoch":7,"have":3,"saw":5}`: true, `{"epoch":7,"have":5,"saw":5}`: false, `{"epoch":0,"have":0,"saw":0}`: false,
		`{"epoch":0,"have":0,"saw":0,"customer":"c-1"}`: true, `{"epoch":7,"have":3,"saw":5,"customer":"c-1"}`: false,
		`{"epoch":0,"have":0,"saw":0,"customer":"C 1"}`: false,
	} {
		if _, err := Decode[Resync]([]byte(in)); (err == nil) != good {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// An error says where, never what: it goes to logs and to headquarters.
func TestErrorsRepeatNothing(t *testing.T) {
	for _, in := range []string{
		`{"customer":"Maria Keller"}`, `{"customer":{"Maria":1}}`, `{"customer":"c","style":"Maria"}`, `{"customer":"c","rev":"Maria"}`,
		`{"customer":"c","services":[{"id":"s","text":"t","until":"Maria"}]}`, `{"customer":"c","rev":Maria}`,
		`{"customer":"c","stated":[{"id":"s","kind":"Maria","text":"Maria","audience":"mine"}]}`,
	} {
		_, err := Decode[Profile]([]byte(in))
		if !errors.Is(err, ErrPayload) {
			t.Errorf("%s: %v, want %v", in, err, ErrPayload)
		} else if strings.Contains(err.Error(), "Maria") {
			t.Errorf("the error repeats the payload: %v", err)
		}
	}
}

func TestVisitEventsAreToldApart(t *testing.T) {
	q := QuarterOf(noon)
	opened, err := Encode(UpVisit, VisitOpened{Visit: "v-1", Customer: "c-1", Quarter: q})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decode[VisitEnded](opened); err == nil {
		t.Error("a beginning is read as an end")
	}
	if got, err := Decode[VisitOpened](opened); err != nil || got.Visit != "v-1" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Whatever time goes in, a quarter hour comes out, and nothing finer is sent.
func TestQuarterIsCoarse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns"))
		q := QuarterOf(at)
		if d := at.Sub(q.Time()); d < 0 || d >= 15*time.Minute || q.Time().Minute()%15 != 0 || q.Time().Second() != 0 {
			t.Fatalf("%v became %v", at, q.Time())
		}
		b, err := json.Marshal(map[string]time.Time{"q": at})
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Q Quarter }
		if err := json.Unmarshal(b, &got); err != nil || got.Q != q {
			t.Fatalf("read %v, %v", got.Q, err)
		}
	})
}

func TestParseTopic(t *testing.T) {
	for _, k := range Kinds() {
		a := Address{"northwind", "014"}
		if got, kind, err := ParseTopic(a.Topic(k)); err != nil || got != a || kind != k {
			t.Errorf("%s: %v %v %v", k, got, kind, err)
		}
	}
	for _, topic := range []string{"", "foyer/v1", "foyer/v2/a/b/down/config", "foyer/v1/a/b/down", "foyer/v1/a/b/down/config/x",
		"foyer/v1/A/b/down/config", "foyer/v1//b/down/config", "foyer/v1/a/+/down/config", "foyer/v1/a/b/down/", "$SYS/x"} {
		if _, _, err := ParseTopic(topic); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", topic, err)
		}
	}
}

func FuzzParseTopic(f *testing.F) {
	f.Add("foyer/v1/a/b/down/config")
	f.Fuzz(func(t *testing.T, topic string) {
		a, k, err := ParseTopic(topic)
		if err == nil && a.Topic(k) != topic {
			t.Fatalf("%q is read as %q", topic, a.Topic(k))
		}
	})
}

func FuzzCheck(f *testing.F) {
	for k, all := range examples() {
		for _, p := range all {
			data, err := Encode(k, p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(k), data)
		}
	}
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		k := Kind(kind)
		if Check(k, data) != nil {
			return
		}
		if !k.Valid() {
			t.Fatalf("%q is no kind, yet good", kind)
		}
		for _, q := range prototypes(k) { // what is good can be written again and is still good
			p := reflect.New(reflect.TypeOf(q))
			if decode(k, data, p.Interface()) != nil {
				continue
			}
			again, err := json.Marshal(p.Interface())
			if err != nil || len(again) <= k.Of().Limit && Check(k, again) != nil {
				t.Fatalf("%s: not good when written again: %v", k, err)
			}
		}
	})
}

// Whatever kind of payload about a person is printed or logged, nothing of it
// is seen: neither names nor pseudonyms.
func TestPrintingShowsNobody(t *testing.T) {
	var out strings.Builder
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for k, all := range examples() {
		if !k.Of().Sealed || k == UpState {
			continue
		}
		for _, p := range all {
			fmt.Fprintf(&out, "%v %+v %s\n", p, p, p)
			log.Info("x", "p", p)
		}
	}
	for _, word := range []string{`"c-1"`, " c-1", "{c-1", "a-1", "Ana", "Keller", "Likes tea", "v-1"} {
		if i := strings.Index(out.String(), word); i >= 0 {
			t.Errorf("%q is printed: …%s…", word, out.String()[max(0, i-80):i+20])
		}
	}
}

// What is about a person is sealed, and the broker keeps none of it but the
// store's own staff documents, sealed to the store.
func TestWhatIsAboutSomebodyIsSealed(t *testing.T) {
	kept := []Kind{DownRoster, DownSchedule}
	people := 0
	for k, list := range examples() {
		for _, p := range list {
			private := fmt.Sprint(p) == aboutSomebody
			if private {
				people++
			}
			if props := k.Of(); private && (!props.Sealed || props.Retained && !slices.Contains(kept, k)) {
				t.Errorf("%s: a %T is about a person; sealed %v, retained %v", k, p, props.Sealed, props.Retained)
			}
		}
		if strings.HasPrefix(string(k), "up/") && !k.Of().Sealed {
			t.Errorf("%s goes up in the clear", k)
		}
	}
	if people < 15 {
		t.Errorf("only %d payloads about a person: the test looks in the wrong place", people)
	}
}
