package redact

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// An original is a text that a pseudonym replaces.
type original struct {
	kind string // the prefix of the pseudonym, one of the kinds below
	key  string // for a label value its key, for a word the field that it is in
	text string
}

// The kinds of originals. Prefixes are shorter than minSecretLen, so that none of them
// can be an original, as "node-" would be in node-2; and a pseudonym has one dash, so
// that labels which are cut at the second one show all of it.
const (
	kindNode  = "n-"
	kindValue = "v-"
	kindKey   = "k-"
	kindWord  = "w-"
	kindJob   = "j-" // the ID of a job
	kindRun   = "e-" // the ID of an execution
)

// The fields of words that somebody gave to a job, a cluster or a file.
const (
	jobName     = "job name"
	clusterName = "cluster"
	sourceName  = "source"
)

// alphabet is Crockford's base 32 in lower case: no letters that look alike, and no
// words by chance.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// pseudonym returns the pseudonym of an original in a round: its prefix and 40 bits of
// HMAC-SHA-256. Of 3,000 originals, two have the same in one network of 250,000.
func pseudonym(key []byte, o original, round uint64) string {
	mac := hmac.New(sha256.New, key)
	var message []byte
	for _, field := range []string{"bacviz pseudonym 1", o.kind, o.key, o.text} {
		message = binary.BigEndian.AppendUint64(message, uint64(len(field)))
		message = append(message, field...)
	}
	mac.Write(binary.BigEndian.AppendUint64(message, round)) // never fails
	return o.kind + alphabet.EncodeToString(mac.Sum(nil)[:5])
}

// arePseudonyms reports whether all originals have the form of their pseudonyms, and
// whether there are any.
func arePseudonyms(all []original) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(o original) bool {
		rest, is := strings.CutPrefix(o.text, o.kind)
		bits, err := alphabet.DecodeString(rest)
		return !is || err != nil || len(bits) != 5
	})
}

// assign gives each original a pseudonym. Originals that would have the same, or whose
// pseudonym happens to contain an original, all get that of the next round, so that
// the result does not depend on any order.
func (r *Redaction) assign(ctx context.Context, all []original) {
	const maxRounds = 100 // a snapshot may contain every text that a pseudonym can be
	rounds := make(map[original]uint64)
	retry := all
	for n := 0; len(retry) > 0; n++ {
		for i := range interrupt.Range(ctx, len(retry)) {
			o := retry[i]
			r.names[o] = r.pseudonym(o, rounds[o])
		}
		owners := make(map[string]int, len(all))
		for i := range interrupt.Range(ctx, len(all)) {
			o := all[i]
			owners[r.names[o]]++
		}
		retry = nil
		for i := range interrupt.Range(ctx, len(all)) {
			o := all[i]
			if owners[r.names[o]] > 1 || n < maxRounds && r.secrets.in(r.names[o]) {
				rounds[o]++
				retry = append(retry, o)
			}
		}
	}
}

// Cluster returns the pseudonym of the name of a cluster, the same for the same key. A name
// that has the form of a pseudonym stays.
func Cluster(key []byte, name string) string {
	o := original{kindWord, clusterName, name}
	if arePseudonyms([]original{o}) {
		return name
	}
	return pseudonym(key, o, 0)
}
