package web

import (
	"strings"
	"testing"

	"foyer/profile"
)

// Who is new names her associates on her page or by JSON: first names of this
// store's associates, nobody else, and what she named decides whom the next
// question is about.
func TestSheNamesHerAssociates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := customer("c-new")
	h.must(h.profiles.Put(profile.New(c)))
	h.invite(c, "code-c-new")
	ana := h.signOn("ana", "4711")
	ana.listen("/v1/associate/stream", "")
	she := h.signIn("c-new")
	page := she.page("/here/associates", "You have not named anybody.", "Whom you may name", "Ana", "Lea")
	if strings.Contains(page, "Jonas") {
		t.Error("the manager is offered")
	}
	she.done("/here/associates", "/here/associates", "do", "add", "associate", "lea")
	she.done("/here/associates", "/here/associates", "do", "add", "associate", "ana")
	var got struct{ Mine, Others []struct{ ID, Name string } }
	she.api("GET", "/v1/me/associates", "", 200, &got)
	if len(got.Mine) != 2 || got.Mine[0].ID != "lea" || got.Mine[1].Name != "Ana" || len(got.Others) != 1 {
		t.Errorf("%+v", got)
	}
	for _, body := range []string{`{"associates":["nobody"]}`, `{"associates":["jonas"]}`, `{"associates":["ana","ana"]}`} {
		she.api("PUT", "/v1/me/associates", body, 404, nil)
	}
	she.api("PUT", "/v1/me/associates", `{"associates":["ana","lea"]}`, 204, nil)
	if page := she.page("/here/associates", `id="first-lea"`); strings.Contains(page, `id="first-ana"`) {
		t.Error("who is asked first can be asked first")
	}
	she.done("/here/associates", "/here/associates", "do", "first", "associate", "lea")
	if she.api("GET", "/v1/me/associates", "", 200, &got); len(got.Mine) != 2 || got.Mine[0].ID != "lea" {
		t.Errorf("Lea is to be asked first: %+v", got)
	}
	she.done("/here/associates", "/here/associates", "associate", "lea")
	if p, err := h.profiles.Get(c); err != nil || len(p.Preferred) != 1 || p.Preferred[0] != associate("ana") {
		t.Errorf("%v %v", p.Preferred, err)
	}
	she.allow("presence")
	she.allow("profile_to_associates")
	she.send("POST", "/v1/checkin", "", "")
	h.arrive(c, "shoes")
	she.page("/here", "Shall we tell Ana you are here?")
}
