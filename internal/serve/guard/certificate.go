package guard

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/bacviz/bacviz/internal/infile"
)

// A Certificate is read from files, and again when they have changed.
type Certificate struct {
	certFile, keyFile string
	fail              func(error) // is told why files that have changed cannot be used

	mu      sync.Mutex
	current *tls.Certificate
	stamp   [2]fileStamp
	looked  time.Time
}

type fileStamp struct {
	at   time.Time
	size int64
}

const lookEvery = time.Second // at the files, at most

// LoadCertificate reads the certificate and its key, which are PEM files.
func LoadCertificate(certFile, keyFile string, fail func(error)) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, fail: fail, stamp: stamps(certFile, keyFile), looked: time.Now()}
	pair, err := readPair(certFile, keyFile)
	c.current = pair
	return c, err
}

// Get returns the certificate for a handshake: the one before if the files are broken now.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) < lookEvery {
		return c.current, nil
	}
	c.looked = time.Now()
	now := stamps(c.certFile, c.keyFile)
	if now == c.stamp {
		return c.current, nil
	}
	c.stamp = now
	pair, err := readPair(c.certFile, c.keyFile)
	if err != nil {
		c.fail(err)
		return c.current, nil
	}
	c.current = pair
	return pair, nil
}

func readPair(certFile, keyFile string) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate %s and its key %s: %s", certFile, keyFile, infile.Reason(err))
	}
	return &pair, nil
}

func stamps(files ...string) (s [2]fileStamp) {
	for i, f := range files {
		if info, err := os.Stat(f); err == nil {
			s[i] = fileStamp{info.ModTime(), info.Size()}
		}
	}
	return s
}
