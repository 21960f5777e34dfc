// Command image makes the container image of bacviz, without an engine for containers:
//
//	image build FOLDER VERSION REVISION PLATFORM=BINARY…
//	image push FOLDER NAME…
//
// Build writes an OCI layout: an index of one image for each platform, such as linux/arm64,
// of which each holds its binary and the root certificates that Mozilla trusts. The same
// arguments and the same SOURCE_DATE_EPOCH give the same bytes. Push sends the index to
// registries under each NAME, such as ghcr.io/bacviz/bacviz:v1.2.3, and prints its digest.
// Credentials come from Docker's configuration, or for ghcr.io from GITHUB_TOKEN.
//
// It is a module of its own, so that bacviz does not depend on clients of registries.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/authn/github"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("image: ")
	if err := run(os.Args[1:]); err != nil {
		log.Fatal("error: ", err)
	}
}

func run(args []string) error {
	switch {
	case len(args) > 4 && args[0] == "build":
		return build(args[1], args[2], args[3], args[4:])
	case len(args) > 2 && args[0] == "push":
		return push(args[1], args[2:])
	}
	return errors.New("use: image build FOLDER VERSION REVISION PLATFORM=BINARY… | image push FOLDER NAME…")
}

// build writes the layout to a folder that is new.
func build(folder, version, revision string, binaries []string) error {
	if _, err := os.Lstat(folder); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is there already", folder)
	}
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return errors.New("SOURCE_DATE_EPOCH must be a number of seconds since 1970")
	}
	of := release{version, revision, time.Unix(seconds, 0).UTC()}
	images := map[string]v1.Image{}
	for _, arg := range binaries {
		platform, binary, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%q is not PLATFORM=BINARY", arg)
		}
		data, err := os.ReadFile(binary)
		if err != nil {
			return err
		}
		if images[platform], err = of.image(platform, data); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
	}
	index, err := of.index(images)
	if err != nil {
		return err
	}
	_, err = layout.Write(folder, index)
	return err
}

// push sends the layout in a folder to each name.
func push(folder string, names []string) error {
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		return err
	}
	keychain := authn.NewMultiKeychain(authn.DefaultKeychain, github.Keychain)
	for _, full := range names {
		ref, err := name.ParseReference(full, name.StrictValidation)
		if err != nil {
			return err
		}
		if err := remote.WriteIndex(ref, index, remote.WithAuthFromKeychain(keychain)); err != nil {
			return fmt.Errorf("pushing %s: %w", ref, err)
		}
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	return nil
}
