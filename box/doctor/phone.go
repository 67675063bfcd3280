package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"foyer/config"
	"foyer/radio"
)

// Phone opens a page of its own on the guests' address, tells where, and waits
// until a phone on the store's Wi-Fi opens it: then the phone and the technician
// both read whether the phone would be told apart. The page is plain HTTP, asks
// for nothing and keeps nothing.
func Phone(ctx context.Context, c *config.Config, where func(url string)) Finding {
	return phone(ctx, c, where, func(ctx context.Context, peer netip.Addr) (radio.Sight, error) {
		around, err := radio.Look(ctx)
		return around.Sight(peer), err
	})
}

func phone(ctx context.Context, c *config.Config, where func(string), see func(context.Context, netip.Addr) (radio.Sight, error)) Finding {
	const name = "phone"
	host, _, _ := net.SplitHostPort(c.Listen.Guest)
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return Finding{name, Bad, fmt.Sprintf("No page can be opened on the guests' address: %v.", plain(err)), "Write the guest network's address into listen.guest."}
	}
	found := make(chan Finding, 1)
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f := sighted(r, see)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			fmt.Fprintf(w, page, f.Text, f.Cure)
			select {
			case found <- f:
			default:
			}
		})}
	defer srv.Close()
	go srv.Serve(l) // ends with Close
	where("http://" + l.Addr().String() + "/")
	select {
	case f := <-found:
		flushed, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer done()
		_ = srv.Shutdown(flushed) // the phone is to read its answer; who is slow is cut off
		return f
	case <-ctx.Done():
		return Finding{name, Bad, "No phone reached this box.",
			"Let the guests' network pass to this address: client isolation and firewalls often drop all private addresses; allow this one, ports 443 and, for this test, any. On the phone, turn off mobile data and any VPN."}
	}
}

const page = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>foyer</title>
<body style="font:1.25rem system-ui;margin:2rem"><h1>foyer</h1><p>%s</p><p>%s</p>`

func sighted(r *http.Request, see func(context.Context, netip.Addr) (radio.Sight, error)) Finding {
	const name = "phone"
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return Finding{name, Unknown, "The phone's address is not understood.", ""}
	}
	sight, err := see(r.Context(), peer.Addr())
	switch {
	case err != nil:
		return Finding{name, Unknown, fmt.Sprintf("The neighbour table cannot be read: %v.", err), "Let foyer read it (AF_NETLINK in its unit)."}
	case sight == radio.Direct:
		return Finding{name, Good, "This phone reaches the box and is seen as itself.", ""}
	case sight == radio.Forwarded:
		return Finding{name, Bad, "This phone reaches the box by way of a router, and cannot be told from others.",
			"Give the box a card in the guests' own network, or name a source with a client table (sources in the configuration)."}
	}
	return Finding{name, Bad, "This phone reaches the box from another network, where its radio cannot be seen.",
		"Is it on the store's guest Wi-Fi? If so, there is a router between: give the box a card in the guests' own network, or name a source with a client table (sources in the configuration)."}
}
