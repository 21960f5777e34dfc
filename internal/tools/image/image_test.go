package main

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// made builds an image of two platforms into a new folder.
func made(t *testing.T) string {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	dir := t.TempDir()
	binary := filepath.Join(dir, "bacviz")
	if err := os.WriteFile(binary, []byte("\x7fELF"), 0o755); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "image")
	if err := run([]string{"build", folder, "v1.2.3", "0123", "linux/amd64=" + binary, "linux/arm64=" + binary}); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestImageIsValidAndRunsAsNobody(t *testing.T) {
	index, err := layout.ImageIndexFromPath(made(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(manifest.Manifests) != 2 || manifest.Annotations["org.opencontainers.image.version"] != "v1.2.3" {
		t.Errorf("index: %+v", manifest)
	}
	for _, m := range manifest.Manifests {
		image, err := index.Image(m.Digest)
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Config.User != "65532:65532" || !m.Platform.Equals(v1.Platform{OS: config.OS, Architecture: config.Architecture}) {
			t.Errorf("%v: user %q on %s/%s", m.Platform, config.Config.User, config.OS, config.Architecture)
		}
	}
}

func TestTwoBuildsOfAnImageGiveTheSameBytes(t *testing.T) {
	var texts [2][]byte
	for i := range texts {
		data, err := os.ReadFile(filepath.Join(made(t), "index.json"))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = data
	}
	if !bytes.Equal(texts[0], texts[1]) {
		t.Errorf("index.json is once\n%s\nand once\n%s", texts[0], texts[1])
	}
}

func TestRootsAreCertificates(t *testing.T) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots()) || bytes.Count(roots(), []byte("BEGIN CERTIFICATE")) < 80 {
		t.Errorf("%d certificates", bytes.Count(roots(), []byte("BEGIN CERTIFICATE")))
	}
}

func TestBuildKeepsWhatIsThere(t *testing.T) {
	folder := made(t)
	if err := run([]string{"build", folder, "v1.2.3", "0123", "linux/amd64=" + folder}); err == nil {
		t.Error("built into a folder that was there")
	}
}
