package guest

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// receiptsView lists her receipts.
type receiptsView struct {
	look.Page
	Switch   switchView
	Receipts []receiptView
}

// receiptView is one receipt in words.
type receiptView struct {
	concierge.Receipt
	Title, Name, Word, When string
	Data                    []string
	Withdraw                string
}

func (f *Face) receiptView(r concierge.Receipt) receiptView {
	name, _ := purposeWords(concierge.ConsentLine{Purpose: r.Purpose})
	v := receiptView{Receipt: r, Title: "Receipt of what you allow", Name: name, Word: "Allowed", When: r.At.In(f.TimeZone).Format("2 January 2006, 15:04"),
		Data: dataOf(r.Purpose), Withdraw: "One tap on the store’s page, “What you allow”: /here/privacy#allow"}
	switch {
	case r.Replaced && r.Granted:
		v.Word = "Replaced by a later word of yours; allowed"
	case r.Replaced:
		v.Word, v.Title = "Replaced by a later word of yours; taken back", "Receipt of what you took back"
	case !r.Granted:
		v.Word, v.Title = "Taken back", "Receipt of what you took back"
	case r.Suspended:
		v.Word = "Off until you agree to the new notice; allowed"
	}
	if v.Retention == "" {
		v.Retention = keptFor(r.Purpose)
	}
	return v
}

// dataOf names what a purpose uses.
func dataOf(purpose string) []string {
	switch purpose {
	case "presence":
		return []string{"that your phone is on this store’s Wi-Fi, and when it came"}
	case "profile_to_associates":
		return []string{"your form of address", "what you came for", "what you told us", "notes about you"}
	case "history_store":
		return []string{"what you bought in this store", "that you came, to the quarter hour", "who served you"}
	case "history_other_stores":
		return []string{"what you bought in other stores"}
	case "history_online":
		return []string{"what you bought online"}
	case "photo":
		return []string{"the picture you upload"}
	case "content_personal":
		return []string{"your interests"}
	case "positions_for_service":
		return []string{"the department you are in"}
	}
	return nil
}

// keptFor says how long what a purpose uses is kept on the box, where the notice
// does not.
func keptFor(purpose string) string {
	switch purpose {
	case "presence", "positions_for_service":
		return "While you are in the store; nothing is written."
	case "photo":
		return "Until your visit ends, or you take it back."
	case "history_store":
		return "As long as headquarters lets this store know; who served you, 24 months."
	}
	return "As long as headquarters lets this store know; notes, 18 months."
}

func (f *Face) getReceipts(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	h, _, _, err := f.moment(r)
	var all []concierge.Receipt
	if err == nil {
		all, err = f.Door.Receipts(c)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := receiptsView{Page: f.base("Your privacy", false), Switch: switchOf(h, true)}
	for _, x := range all {
		v.Receipts = append(v.Receipts, f.receiptView(x))
	}
	f.show(w, http.StatusOK, "receipts", v)
}

// receipt is one of hers, or ErrNothing.
func (f *Face) receipt(c floor.Customer, id string) (concierge.Receipt, error) {
	all, err := f.Door.Receipts(c)
	i := slices.IndexFunc(all, func(r concierge.Receipt) bool { return r.ID == id })
	if err == nil && i < 0 {
		err = concierge.ErrNothing
	}
	if err != nil {
		return concierge.Receipt{}, err
	}
	return all[i], nil
}

func (f *Face) getReceiptPage(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.file(w, r, "receipt", "receipt-"+x.ID+".html", f.receiptView(x))
}

func (f *Face) getReceipt(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	var body []byte
	if err == nil {
		body, err = json.MarshalIndent(f.record(x), "", "  ")
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	keep(w, "application/json", "receipt-"+x.ID+".json", body)
}

func (f *Face) jsonReceipt(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	x, err := f.receipt(c, r.PathValue("id"))
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, f.record(x))
}

type consentJSON struct {
	Purpose   string     `json:"purpose"`
	Granted   bool       `json:"granted"`
	Suspended bool       `json:"suspended"`
	Offered   bool       `json:"offered"`
	At        *time.Time `json:"at,omitempty"`
	Notice    string     `json:"notice"` // of the words that stand for it now
	Text      string     `json:"text"`   // those words
	Receipt   string     `json:"receipt,omitempty"`
}

// jsonConsents is what an app shows her beside its own switches.
func (f *Face) jsonConsents(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	var d concierge.Dossier
	err := f.do(r, func(desk *concierge.Desk, now time.Time) error { d = desk.Dossier(c, now, languages(r)...); return nil })
	var all []concierge.Receipt
	if err == nil {
		all, err = f.Door.Receipts(c)
	}
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]consentJSON, 0, len(d.Consents))
	for _, l := range d.Consents {
		words := agreed(d.Notice, l)
		x := consentJSON{l.Purpose, l.Granted, l.Suspended, l.Offered, instant(l.At), words.ID, words.Text, ""}
		if i := slices.IndexFunc(all, func(r concierge.Receipt) bool { return r.Purpose == l.Purpose }); i >= 0 {
			x.Receipt = all[i].ID
		}
		out = append(out, x)
	}
	gate.JSON(w, http.StatusOK, out)
}

// jsonNotice is the legal text in force, for anybody.
func (f *Face) jsonNotice(w http.ResponseWriter, r *http.Request) {
	var n concierge.Notice
	if err := f.do(r, func(d *concierge.Desk, _ time.Time) error { n = d.Notice(languages(r)...); return nil }); err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		Version    string `json:"version"`
		Language   string `json:"language"`
		Text       string `json:"text"`
		Controller string `json:"controller"`
		Contact    string `json:"contact"`
		URL        string `json:"url"`
	}(n))
}
