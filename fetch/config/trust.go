package config

import (
	"strconv"

	"github.com/bacviz/bacviz/fetch/internal/address"
)

// A trust is a setting about certificates, and the origin that it applies to.
type trust struct {
	name   string // CACert, Insecure, ClientCert or ClientKey
	value  value
	origin string // empty for any address
}

// certificates collects the settings about certificates, and the addresses that they
// apply to. Those of flags and variables apply to any address; those of a file, to the
// one that the file names. A file that names none means the address in use, except that
// insecure does not apply to a host given by a flag.
func (r *resolver) certificates(at *layer) {
	here, _ := address.ParseOrigin(r.s.Address)
	for i := range r.layers {
		l := &r.layers[i]
		for _, name := range []string{CACert, Insecure, ClientCert, ClientKey} {
			v, ok := l.values[name]
			if !ok {
				continue
			}
			_, hasHost := l.values[Host]
			switch {
			case !l.isProfile() && !l.isFile():
				r.s.trust = append(r.s.trust, trust{name, v, ""})
				continue
			case l.by == at.by, l.isFile() && !hasHost && !at.isProfile() && (at.by != byFlag || name == CACert):
				r.s.trust = append(r.s.trust, trust{name, v, here})
			}
			if own, err := l.origin(); err == nil && hasHost {
				r.s.trust = append(r.s.trust, trust{name, v, own})
			}
		}
	}
}

// pairKeys gives each client certificate the key of its own layer, or else itself, since
// one file may hold both. A key without a certificate is an error, unless a layer with
// precedence has both.
func (r *resolver) pairKeys() error {
	for i := range r.layers {
		values := r.layers[i].values
		certificate, hasCertificate := values[ClientCert]
		key, hasKey := values[ClientKey]
		if hasKey && !hasCertificate {
			return key.wrong("name the certificate with --"+ClientCert, "a key without a client certificate")
		}
		if hasCertificate && !hasKey {
			values[ClientKey] = certificate
		}
		if hasCertificate && !r.layers[i].isProfile() {
			return nil // it is for any address
		}
	}
	return nil
}

// certificatesInUse lists the settings about certificates that apply to the address.
func (r *resolver) certificatesInUse() error {
	here, _ := address.ParseOrigin(r.s.Address)
	for _, name := range []string{CACert, ClientCert, ClientKey} {
		if v, ok := r.s.trustFor(name, here); ok {
			r.add(name, v.text, v.from)
		}
	}
	insecure, _ := r.s.trustFor(Insecure, here) // the default is for any address
	trustAll, err := truth(insecure)
	if err != nil {
		return err
	}
	r.add(Insecure, strconv.FormatBool(trustAll), insecure.from)
	return nil
}

// trustFor returns the setting about certificates that applies to an origin.
func (s *Settings) trustFor(name, origin string) (value, bool) {
	for _, t := range s.trust {
		if t.name == name && (t.origin == "" || t.origin == origin) {
			return t.value, true
		}
	}
	return value{}, false
}
