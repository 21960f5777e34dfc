package bacalhau

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/bacviz/bacviz/fetch/bacalhau/internal/wire"
	"github.com/bacviz/bacviz/fetch/internal/input"
	"github.com/bacviz/bacviz/internal/display"
)

// items reads a list of all its pages. It ends with the page that names no next one,
// and with one that has nothing new: v1.9 may name a next page on the last one. An
// entry that cannot be read is left out, with a warning. The noun names an entry, and
// key identifies it.
func items[T any](ctx context.Context, v *visit, path string, query url.Values, noun string, key func(T) string, read func(*wire.ItemReader) (T, error)) ([]T, *Error) {
	left, limit := v.client.maxBytes(), input.RecordLimit(v.client.MaxRecords)
	var list []T
	seen, tokens, bad := map[string]bool{}, map[string]bool{}, 0
	for {
		var page itemPage[T]
		err := v.retrying(ctx, func() *Error {
			page = itemPage[T]{key: key, read: read, left: left, limit: limit, known: len(list)}
			err := page.get(ctx, v, path, query)
			if page.tooMany != nil {
				return page.tooMany
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		left = page.left
		for _, problem := range page.problems {
			if bad++; bad <= wire.MaxWarned {
				v.warn(noun + " left out: " + problem)
			}
		}
		fresh := 0
		for _, item := range page.items {
			if k := key(item); !seen[k] {
				seen[k] = true
				fresh++
				list = append(list, item)
			}
		}
		if page.next == "" || fresh == 0 && len(page.problems) == 0 || tokens[page.next] {
			if fresh == 0 && len(page.items) > 0 {
				v.warn("the server sent the same page of " + noun + "s twice; there may be more")
			}
			break
		}
		tokens[page.next] = true
		query.Set("next_token", page.next)
	}
	if bad > wire.MaxWarned {
		v.warn(fmt.Sprintf("%d %ss left out in total", bad, noun))
	}
	return list, nil
}

// maxKey is the length of the longest ID of an entry, in bytes. That of a result is its
// address.
const maxKey = 8 << 10

var errTooMany = errors.New("too many entries")

// An itemPage collects the entries of one page.
type itemPage[T any] struct {
	key  func(T) string
	read func(*wire.ItemReader) (T, error)

	left     int64             // how many bytes may still be read
	known    int               // how many entries the pages before have
	limit    input.RecordLimit // of all pages
	tooMany  *Error            // if there are more
	items    []T
	problems []string // of entries that are left out
	next     string   // the token of the next page, or ""
}

// get asks the orchestrator for the page.
func (p *itemPage[T]) get(ctx context.Context, v *visit, path string, query url.Values) *Error {
	body, err := v.get(ctx, path, query)
	if err != nil {
		return err
	}
	defer body.Close() // only read from
	in := &input.LimitedReader{Context: ctx, Reader: body, Left: p.left, Limit: v.client.maxBytes()}
	before := v.client.maxBytes() - p.left
	next, readErr := wire.ReadItems(in, func(r *wire.ItemReader) error { return p.add(v, r, before) })
	if readErr != nil {
		return v.explain(ctx, readErr)
	}
	p.next, p.left = next, in.Left
	return nil
}

// add reads an entry of a page that begins after so many bytes of other pages.
func (p *itemPage[T]) add(v *visit, r *wire.ItemReader, before int64) error {
	item, err := p.read(r)
	if err != nil {
		return err
	}
	switch id := p.key(item); {
	case r.Problem == "" && id == "":
		r.Problem = "no ID"
	case r.Problem == "" && len(id) > maxKey:
		r.Problem = "an ID longer than " + display.Bytes(maxKey)
	}
	if bytes := before + r.Bytes(); p.known+len(p.items)+len(p.problems) >= p.limit.Most(bytes) {
		message, hint := p.limit.Exceeded(bytes)
		p.tooMany = v.fail("the list has "+message, hint)
		return errTooMany
	}
	if r.Problem != "" {
		p.problems = append(p.problems, r.Problem)
		return nil
	}
	p.items = append(p.items, item)
	return nil
}
