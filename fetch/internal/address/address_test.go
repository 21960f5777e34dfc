package address_test

import (
	"testing"

	"github.com/bacviz/bacviz/fetch/internal/address"
)

func TestParseOrigin(t *testing.T) {
	for text, want := range map[string]string{
		"http://Host":             "http://host:80",
		"HTTPS://ann:x@Host/path": "https://host:443",
		"http://[::1]:1234/x?y#z": "http://[::1]:1234",
		"host:1234":               "",
		"/path":                   "",
		"http://host:port":        "",
	} {
		if got, ok := address.ParseOrigin(text); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST.": true, "a.localhost": true, "127.0.0.1": true, "127.8.0.1": true, "::1": true,
		"localhost.example": false, "10.0.0.5": false, "": false,
	} {
		if address.IsLoopback(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}

func TestPublicShowsNoSecret(t *testing.T) {
	for text, want := range map[string]string{
		"http://ann:s3cret@host:1234/x?token=s3cret#s3cret": "http://host:1234/x",
		"http://ann:x/s3cret@host:1234":                     "http://host:1234",
		"http://ann:s3cret %zz@host:1234/a?b":               "http://host:1234/a",
		"ann:s3cret@host:1234":                              "host:1234",
		"http://host/a;key=s3cret":                          "http://host/a",
		"http://host/a%3Fkey=s3cret":                        "http://host/a",
		"http://ann:12#s3cret@host":                         "http://host",
		"http://ann:12?s3cret@host":                         "http://host",
		"nodes.json":                                        "nodes.json",
	} {
		if got := address.Public(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestMeant(t *testing.T) {
	for text, want := range map[string]string{
		"http:/h": "http://h", "http//h:1": "http://h:1", `HTTPS:\\h`: "https://h", "http:h": "http://h", "https;//h/x": "https://h/x",
		"http:/me:key@h": "http://me:key@h", "me:k/ey@h": "http://me:k/ey@h", "10.0.0.5:1234": "http://10.0.0.5:1234",
		"my-host.example.com": "http://my-host.example.com:1234", "orchestrator.local": "http://orchestrator.local:1234",
		"h.example.": "http://h.example.:1234", "Host.Example.COM": "http://Host.Example.COM:1234",
		"my.nodes.json": "", "nodes.YAML": "", "nodes.json.gz": "", "nodes.csv": "", "nodes.2024": "", "nodes": "", "a/b.example": "",
		".hidden.file": "", "-x.example": "", "snap..example": "", "snap_1.example.com": "", "../h.example": "",
		"localhost": "http://localhost:1234", "10.0.0.5": "http://10.0.0.5:1234", "::1": "http://[::1]:1234",
		"http.json": "", "https/nodes.json": "", "nodes.json": "", "a@b.json": "", `C:\nodes.json`: "",
	} {
		if got, ok := address.Meant(text); got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
