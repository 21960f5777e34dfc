package remote

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/lazy"
)

// A Location is where a compute node gets data from or publishes them to: a type of source or of
// publisher of Bacalhau, with its parameters.
type Location struct {
	Type   string
	Params map[string]any

	file string // the name of the file that its data are, where they have one
}

// An Input is what a job reads, in a folder of the given name.
type Input struct {
	Name string
	Location
}

// errLocation says what locations there are.
var errLocation = errors.New("not an absolute path on the nodes, nor the address of http, https, s3 or ipfs")

// ParseInput reads [NAME=]LOCATION; see [ParseLocation]. Without a name, the last part of the path is the
// name: that of a cluster, if there are snapshots right in it.
func ParseInput(text string) (Input, error) {
	name, rest, named := strings.Cut(text, "=")
	if !named || !validName().MatchString(name) {
		name, rest = "", text
	}
	at, err := ParseLocation(rest)
	if err != nil {
		return Input{}, err
	}
	if err := checkObjects(at); err != nil {
		return Input{}, err
	}
	if name == "" {
		name = notInName().ReplaceAllString(strings.TrimSuffix(at.file, ".json"), "-")
	}
	if !validName().MatchString(name) {
		return Input{}, fmt.Errorf("%s needs a name: NAME=%[1]s", display.Printable(rest))
	}
	return Input{name, at}, nil
}

// checkObjects refuses an input from a bucket that a job would find nothing in: a key means one object,
// unless it ends with a slash or a star.
func checkObjects(at Location) error {
	if at.Type != "s3" {
		return nil
	}
	bucket, key := at.Params["Bucket"].(string), at.Params["Key"].(string)
	switch {
	case key == "":
		return fmt.Errorf("s3://%[1]s is a whole bucket, which Bacalhau does not take: name a prefix, such as s3://%[1]s/snapshots/", display.Printable(bucket))
	case !strings.HasSuffix(key, "/") && !strings.HasSuffix(key, "*") && !strings.HasSuffix(key, ".json"):
		return fmt.Errorf("s3://%[1]s/%[2]s is one object, and no snapshot by its name: s3://%[1]s/%[2]s/ is all that is in it", display.Printable(bucket), display.Printable(key))
	}
	return nil
}

var (
	validName = lazy.Regexp(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`)
	notInName = lazy.Regexp(`[^A-Za-z0-9_.-]+`)
)

// ParseLocation reads where data are:
//
//	/data/snapshots                           a path on each compute node: of an input, a folder
//	https://files.example/eu-west.json        a file at an address
//	s3://bucket/prefix/?region=eu-west-1      objects in a bucket; endpoint=… for another server
//	ipfs://bafy…                              a CID
//
// An address with a password in it is refused: it would be in the job, which all can read.
func ParseLocation(text string) (Location, error) {
	if strings.HasPrefix(text, "/") {
		clean := path.Clean(text)
		return Location{"localDirectory", map[string]any{"SourcePath": clean, "ReadWrite": false}, path.Base(clean)}, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "":
		return Location{}, fmt.Errorf("%s is %w", display.Quote(text), errLocation)
	case u.User != nil:
		return Location{}, errors.New("an address with a user name or a password would stand in the job for all to read")
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" || path.Base(u.Path) == "/" || path.Base(u.Path) == "." {
			return Location{}, fmt.Errorf("%s names no file", display.Quote(text))
		}
		return Location{"urlDownload", map[string]any{"URL": text}, path.Base(u.Path)}, nil
	case "s3":
		return parseS3(u)
	case "ipfs":
		if cid := u.Host; cid != "" && strings.Trim(u.Path, "/") == "" {
			return Location{"ipfs", map[string]any{"CID": cid}, ""}, nil
		}
		return Location{}, fmt.Errorf("%s is not ipfs://CID", display.Quote(text))
	}
	return Location{}, fmt.Errorf("%s is %w", display.Quote(text), errLocation)
}

// secretParameter matches the names of parameters of an address that let in whoever has it: of signed
// addresses of Amazon, Google and Azure, and those that others use.
var secretParameter = lazy.Regexp(`(?i)^(sig|.*signature|.*token|(api|access)[-_]?key|.*secret|password|auth)$`)

// Signed returns the name of a parameter of the address that lets in whoever has it, such as sig; empty if
// there is none.
func (l *Location) Signed() string {
	text, _ := l.Params["URL"].(string)
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		if secretParameter().MatchString(name) {
			return display.Printable(name)
		}
	}
	return ""
}

// parseS3 reads s3://BUCKET/KEY?region=…&endpoint=….
func parseS3(u *url.URL) (Location, error) {
	params := map[string]any{"Bucket": u.Host, "Key": strings.TrimPrefix(u.Path, "/")}
	for name, values := range u.Query() {
		field, known := map[string]string{"region": "Region", "endpoint": "Endpoint"}[name]
		if !known {
			return Location{}, fmt.Errorf("s3://%s: unknown parameter %s (have endpoint, region)", display.Printable(u.Host), display.Quote(name))
		}
		params[field] = values[0]
	}
	if u.Host == "" {
		return Location{}, errors.New("s3:// names no bucket")
	}
	return Location{"s3", params, path.Base(strings.TrimSuffix(u.Path, "/"))}, nil
}

// ParsePublisher reads where results go: local, which nodes serve over HTTP; ipfs; or
// s3://bucket/prefix?region=…, to which a name for each execution is added, unless it has one.
func ParsePublisher(text string) (Location, error) {
	switch {
	case text == "local", text == "ipfs":
		return Location{Type: text, Params: map[string]any{}}, nil
	case strings.HasPrefix(text, "s3://"):
		at, err := ParseLocation(text)
		if err != nil {
			return at, err
		}
		if key := at.Params["Key"].(string); !strings.Contains(key, "{execution") {
			at.Params["Key"] = path.Join(key, "{jobID}", "{executionID}.tar.gz")
		}
		return at, nil
	}
	return Location{}, fmt.Errorf("%s is no publisher (have ipfs, local, s3://BUCKET/KEY)", display.Quote(text))
}
