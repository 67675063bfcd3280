package guestcert

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// recordTTL is how long others may remember a proof, in seconds.
const recordTTL = 60

// patience is how long one question to the DNS may take.
const patience = 15 * time.Second

// put brings a text record into the DNS, or takes it away.
func (s Settings) put(ctx context.Context, name, text string, present bool) error {
	var err error
	if s.Hook != "" {
		err = s.call(ctx, name, text, present)
	} else {
		err = s.update(ctx, name, text, present)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	return nil
}

func (s Settings) call(ctx context.Context, name, text string, present bool) error {
	what := "clear"
	if present {
		what = "set"
	}
	cmd := exec.CommandContext(ctx, s.Hook, what, name, text)
	cmd.WaitDelay = time.Second // what it began and left behind is not waited for
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("%s %s: %w: %s", s.Hook, what, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (s Settings) update(ctx context.Context, name, text string, present bool) error {
	m := new(dns.Msg)
	m.SetUpdate(dns.Fqdn(s.Zone))
	rr := []dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: dns.Fqdn(name), Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: recordTTL}, Txt: []string{text}}}
	if present {
		m.Insert(rr)
	} else {
		m.Remove(rr)
	}
	c := &dns.Client{Net: "tcp", Timeout: patience}
	if s.Key != "" {
		c.TsigSecret = map[string]string{dns.Fqdn(s.Key): s.Secret}
		m.SetTsig(dns.Fqdn(s.Key), dns.HmacSHA256, 300, time.Now().Unix())
	}
	answer, _, err := c.ExchangeContext(ctx, m, s.Server)
	if err != nil {
		return fmt.Errorf("update of zone %s at %s: %w", s.Zone, s.Server, err)
	}
	if answer.Rcode != dns.RcodeSuccess {
		return fmt.Errorf("update of zone %s at %s: %s", s.Zone, s.Server, dns.RcodeToString[answer.Rcode])
	}
	return nil
}
