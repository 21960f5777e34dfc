package config

import "github.com/bacviz/bacviz/fetch/internal/address"

// A trust is a setting about certificates, and the origin that it applies to.
type trust struct {
	name   string // CACert or Insecure
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
		for _, name := range []string{CACert, Insecure} {
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

// trustFor returns the setting about certificates that applies to an origin.
func (s *Settings) trustFor(name, origin string) (value, bool) {
	for _, t := range s.trust {
		if t.name == name && (t.origin == "" || t.origin == origin) {
			return t.value, true
		}
	}
	return value{}, false
}
