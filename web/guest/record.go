package guest

import (
	"time"

	"foyer/concierge"
)

// A record is a consent record with the fields of ISO/IEC TS 27560, as far as a
// store knows them.
type record struct {
	Schema     string       `json:"schema_version"`
	ID         string       `json:"record_id"`
	Subject    string       `json:"pii_principal_id"`
	Processing []processing `json:"pii_processing"`
	Events     []happening  `json:"events"`
	Parties    []party      `json:"party_identification"`
}

type processing struct {
	Notice   string    `json:"privacy_notice"` // the exact text; empty: kept where she agreed
	Version  string    `json:"privacy_notice_version"`
	Ref      string    `json:"privacy_notice_ref"`    // what the consent names
	SHA256   string    `json:"privacy_notice_sha256"` // of the text
	Language string    `json:"language"`
	Purposes []purpose `json:"purposes"`
}

type purpose struct {
	Purpose     string   `json:"purpose"`
	Description string   `json:"purpose_description"`
	Basis       string   `json:"lawful_basis"`
	Data        []string `json:"pii_information"`
	Controllers []string `json:"pii_controllers"`
	Collected   string   `json:"collection_method"`
	Processed   string   `json:"processing_method"`
	Storage     []string `json:"storage_locations"`
	Retention   string   `json:"retention_period"`
	Recipients  []string `json:"recipient_third_parties"`
	Withdrawal  string   `json:"withdrawal_method"`
	Rights      []string `json:"privacy_rights"`
}

type happening struct {
	At     time.Time `json:"event_time"`
	Entity string    `json:"entity_id"`
	Type   string    `json:"event_type"`
	State  string    `json:"event_state"`
	Method string    `json:"event_method"`
}

type party struct {
	ID      string `json:"party_id"`
	Name    string `json:"party_name"`
	Role    string `json:"party_role"`
	Contact string `json:"party_contact,omitempty"`
	URL     string `json:"party_url,omitempty"`
}

// record puts a receipt into the fields of the standard.
func (f *Face) record(l speech, r concierge.Receipt) record {
	v := f.receiptView(l, r)
	controller := r.Controller
	if controller == "" {
		controller = f.StoreName
	}
	p := purpose{Purpose: r.Purpose, Description: v.Name, Basis: "consent", Data: v.Data, Controllers: []string{"controller"},
		Collected: l.T("by herself, from her phone on the store’s Wi-Fi, and from headquarters"), Processed: l.T("on a box in the store"),
		Storage: []string{f.StoreName, l.T("headquarters")}, Retention: v.Retention, Recipients: []string{}, Withdrawal: v.Withdraw,
		Rights: []string{"/here/export", "/here/known", "/here/privacy", "/here/forget"}}
	e := happening{At: r.At.UTC(), Entity: r.Where, Type: "explicit", State: "given", Method: r.Method}
	if !r.Granted {
		e.Type, e.State = "withdrawal", "withdrawn"
	} else if r.Replaced {
		e.State = "replaced"
	} else if r.Suspended {
		e.State = "suspended"
	}
	return record{Schema: "foyer.receipt/1; ISO/IEC TS 27560", ID: r.ID, Subject: r.Subject,
		Processing: []processing{{r.Text, r.Version, r.Notice, r.SHA256, r.Language, []purpose{p}}},
		Events:     []happening{e}, Parties: []party{{"controller", controller, "PII controller", r.Contact, r.URL}}}
}
