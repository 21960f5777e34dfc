package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"io"
	"maps"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// A release is what the images are made of, beside their binaries.
type release struct {
	version, revision string
	time              time.Time // of everything in the images
}

// A file is a regular file of a layer. Its folders are made, and belong to root too.
type file struct {
	path string // without the first slash
	mode int64
	data []byte
}

// image returns the image for a platform, such as linux/arm64.
func (r release) image(platform string, binary []byte) (v1.Image, error) {
	of, err := v1.ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, step := range []struct {
		by string
		file
	}{
		{"root certificates that Mozilla trusts", file{"etc/ssl/certs/ca-certificates.crt", 0o644, roots()}},
		{"bacviz", file{"usr/bin/bacviz", 0o755, binary}},
	} {
		layer, err := r.layer(step.file)
		if err != nil {
			return nil, err
		}
		image, err = mutate.Append(image, mutate.Addendum{
			Layer: layer, History: v1.History{Created: v1.Time{Time: r.time}, CreatedBy: step.by},
		})
		if err != nil {
			return nil, err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Variant = of.OS, of.Architecture, of.Variant
	config.Created = v1.Time{Time: r.time}
	config.Config = v1.Config{
		User: "65532:65532", Entrypoint: []string{"/usr/bin/bacviz"}, Env: []string{"PATH=/usr/bin"}, Labels: r.labels(),
	}
	return mutate.ConfigFile(image, config)
}

// index returns the index of images by their platforms.
func (r release) index(images map[string]v1.Image) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range slices.Sorted(maps.Keys(images)) {
		of, err := v1.ParsePlatform(platform)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: images[platform], Descriptor: v1.Descriptor{Platform: of}})
	}
	return mutate.Annotations(index, r.labels()).(v1.ImageIndex), nil
}

// labels returns what the OCI's image specification has keys for.
func (r release) labels() map[string]string {
	const prefix = "org.opencontainers.image."
	return map[string]string{
		prefix + "title":       "bacviz",
		prefix + "description": "draws the shape of a Bacalhau network",
		prefix + "source":      "https://github.com/bacviz/bacviz",
		prefix + "licenses":    "Apache-2.0",
		prefix + "version":     r.version,
		prefix + "revision":    r.revision,
		prefix + "created":     r.time.Format(time.RFC3339),
	}
}

// layer returns a layer of one file and its folders.
func (r release) layer(f file) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, c := range f.path {
		if c != '/' {
			continue
		}
		dir := &tar.Header{Typeflag: tar.TypeDir, Name: f.path[:i+1], Mode: 0o755, ModTime: r.time}
		if err := w.WriteHeader(dir); err != nil {
			return nil, err
		}
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: f.path, Mode: f.mode, Size: int64(len(f.data)), ModTime: r.time}
	if err := w.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := w.Write(f.data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}

// roots returns the certificates that Mozilla trusts without conditions, in PEM. Those with
// conditions, which a file of certificates cannot express, are on their way out.
func roots() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return b.Bytes()
}
