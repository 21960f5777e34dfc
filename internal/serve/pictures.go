package serve

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"github.com/bacviz/bacviz/internal/interrupt"
)

// Limits of [pictures].
const (
	maxKept      = 32 << 20 // bytes of pictures that are kept
	maxWaiting   = 64       // drawings that are not done
	maxPerClient = 8        // of these, asked for from one address; a browser asks for 6 at a time
)

// The errors of a picture that too many others are before: of anybody, or of the same client.
var (
	errBusy   = errors.New("too many pictures are being drawn")
	errGreedy = errors.New("too many pictures are being drawn for one client")
)

// A drawn picture is kept until the network has changed, or others need the room.
type drawn struct {
	data   []byte
	packed []byte // by gzip; nil if that does not help
	tag    string // its ETag, the same for both: the content is
}

func newDrawn(data []byte, compressible bool) (*drawn, error) {
	sum := sha256.Sum256(data)
	d := &drawn{data: data, tag: `W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`}
	const worthwhile = 1 << 10 // bytes
	if !compressible || len(data) < worthwhile {
		return d, nil
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = z.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if d.packed = b.Bytes(); len(d.packed) >= len(data) {
		d.packed = nil
	}
	return d, err
}

// A key names a picture: what is asked for, and the state of the network.
type key struct{ request, state string }

// An order is a picture that somebody asks for.
type order struct {
	key
	client       string // its address
	compressible bool
	draw         func(context.Context) ([]byte, error)
}

// pictures draws each picture once, whoever asks for it, and no more than a few at a time.
type pictures struct {
	turns chan struct{} // holds one for each drawing
	limit time.Duration // of a drawing
	ctx   context.Context

	mu      sync.Mutex
	all     map[key]*picture
	recent  *list.List // of *picture that are done, the one asked for last in front
	kept    int        // bytes of these
	waiting int
	asked   map[string]int // drawings that are not done, by the client that asked first
	drawn   uint64         // since the start
	refused uint64         // because too many others waited, or too many of the same client
}

// A picture is drawn, or being drawn for those that wait for done.
type picture struct {
	key    key
	done   chan struct{}
	cancel context.CancelFunc
	users  int // that wait
	place  *list.Element
	result *drawn
	err    error
}

func newPictures(ctx context.Context, atATime int, limit time.Duration) *pictures {
	return &pictures{turns: make(chan struct{}, atATime), limit: limit, ctx: ctx, all: map[key]*picture{}, asked: map[string]int{}, recent: list.New()}
}

// get returns a picture, which is drawn if nobody has asked for it yet. It ends with ctx;
// the drawing ends when nobody waits for it any more.
func (p *pictures) get(ctx context.Context, o order) (*drawn, error) {
	one, err := p.join(o)
	if err != nil {
		return nil, err
	}
	select {
	case <-one.done:
		p.leave(one)
		return one.result, one.err
	case <-ctx.Done():
		p.leave(one)
		return nil, ctx.Err()
	}
}

// join returns the picture of an order, and starts to draw it if need be.
func (p *pictures) join(o order) (*picture, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one := p.all[o.key]; one != nil {
		one.users++
		if one.place != nil {
			p.recent.MoveToFront(one.place)
		}
		return one, nil
	}
	switch {
	case p.waiting >= maxWaiting:
		p.refused++
		return nil, errBusy
	case p.asked[o.client] >= maxPerClient:
		p.refused++
		return nil, errGreedy
	}
	p.waiting++
	p.asked[o.client]++
	ctx, cancel := context.WithTimeout(p.ctx, p.limit)
	one := &picture{key: o.key, done: make(chan struct{}), cancel: cancel, users: 1}
	p.all[o.key] = one
	go p.draw(ctx, one, o)
	return one, nil
}

// draw waits for its turn, and draws the picture.
func (p *pictures) draw(ctx context.Context, one *picture, o order) {
	defer one.cancel()
	select {
	case p.turns <- struct{}{}:
		one.result, one.err = o.make(ctx)
		<-p.turns
	case <-ctx.Done():
		if one.err = ctx.Err(); p.ctx.Err() == nil && errors.Is(one.err, context.DeadlineExceeded) {
			one.err = errBusy
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
	if p.asked[o.client]--; p.asked[o.client] == 0 {
		delete(p.asked, o.client)
	}
	switch one.err {
	case nil:
		p.drawn++
	case errBusy:
		p.refused++
	}
	p.keep(one)
	close(one.done)
}

// make draws the picture. A mistake of the program costs this one picture, not the server.
func (o *order) make(ctx context.Context) (d *drawn, err error) {
	defer func() {
		if value := recover(); value != nil {
			d, err = nil, errors.New(interrupt.Recovered(value).Line())
		}
	}()
	data, err := o.draw(ctx)
	if err != nil {
		return nil, err
	}
	return newDrawn(data, o.compressible)
}

// keep keeps a picture that was drawn, and forgets older ones. Errors are not kept.
func (p *pictures) keep(one *picture) {
	if one.err != nil {
		p.forget(one)
		return
	}
	if p.all[one.key] != one { // nobody waited for it any more
		return
	}
	one.place = p.recent.PushFront(one)
	p.kept += one.size()
	for e := p.recent.Back(); e != nil; {
		old, _ := e.Value.(*picture)
		e = e.Prev()
		outdated := old != one && old.key.request == one.key.request
		if outdated || p.kept > maxKept {
			p.forget(old)
		}
	}
}

// forget removes a picture. Those who wait for it get it still.
func (p *pictures) forget(one *picture) {
	if p.all[one.key] == one {
		delete(p.all, one.key)
	}
	if one.place != nil {
		p.recent.Remove(one.place)
		one.place = nil
		p.kept -= one.size()
	}
}

// counts returns how many pictures were drawn, and how many were refused.
func (p *pictures) counts() (drawn, refused uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawn, p.refused
}

func (one *picture) size() int { return len(one.result.data) + len(one.result.packed) }

// leave notes that somebody waits no longer. The last one ends the drawing.
func (p *pictures) leave(one *picture) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one.users--; one.users > 0 {
		return
	}
	select {
	case <-one.done:
	default:
		one.cancel()
		p.forget(one)
	}
}
