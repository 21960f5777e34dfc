package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
)

type options struct {
	program              string
	clients, nodes, rate int
	length               time.Duration
}

// A report holds the figures of a run.
type report struct {
	options

	changes    uint64          // that the server saw
	received   int             // events, by all clients
	faults     []string        // what was lost, doubled or out of order
	reloads    int             // clients that were too slow
	delays     []time.Duration // from the view to the client, sorted
	memory     []int           // of the server, in KiB, once in each fiftieth of the time
	cpu        time.Duration
	readyAfter time.Duration
}

// soak runs the server and its clients.
func soak(ctx context.Context, o options, say func(string)) (*report, error) {
	network, err := clustertest.NewNetwork("v1.9.3", clustertest.Cluster(1, clustertest.Options{Nodes: o.nodes})[0])
	if err != nil {
		return nil, err
	}
	defer network.Die()
	if o.program == "" {
		dir, err := os.MkdirTemp("", "bacviz-soak-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		o.program = filepath.Join(dir, "bacviz")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", o.program, "github.com/bacviz/bacviz/cmd/bacviz").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
	}
	s, err := start(ctx, o.program, network.URL)
	if err != nil {
		return nil, err
	}
	defer s.end()
	r := &report{options: o, readyAfter: s.readyAfter}
	ctx, cancel := context.WithTimeout(ctx, o.length)
	defer cancel()
	var clients sync.WaitGroup
	results := make([]*client, o.clients)
	for i := range results {
		results[i] = &client{}
		clients.Go(func() { results[i].follow(ctx, s.url) })
	}
	go change(ctx, network, o.rate)
	for step := 1; ctx.Err() == nil; step++ {
		select {
		case <-ctx.Done():
		case <-time.After(o.length / 50):
			r.memory = append(r.memory, s.memory())
			if step%5 == 0 {
				say(fmt.Sprintf("%3d %%: %d MiB", 2*step, r.memory[len(r.memory)-1]>>10))
			}
		}
	}
	clients.Wait()
	for i, c := range results {
		r.add(i, c)
	}
	slices.Sort(r.delays)
	r.cpu = s.end()
	return r, nil
}

// change makes nodes join and leave.
func change(ctx context.Context, network *clustertest.Network, rate int) {
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		id := "n-" + strconv.Itoa(i/2%50)
		if i%2 == 0 {
			network.Join(id)
		} else {
			network.Leave(id)
		}
	}
}

// A server is a running bacviz serve.
type server struct {
	cmd        *exec.Cmd
	url        string
	readyAfter time.Duration
	end        func() time.Duration // ends it and returns the time of the processors that it took
}

func start(ctx context.Context, program, source string) (*server, error) {
	begin := time.Now()
	cmd := exec.CommandContext(ctx, program, "serve", source, "--listen", "127.0.0.1:0", "--every", "100ms")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	s.end = sync.OnceValue(func() time.Duration {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.end()
		return nil, fmt.Errorf("the server printed no address: %w", err)
	}
	s.url = strings.TrimSpace(line)
	for time.Since(begin) < 30*time.Second {
		resp, err := http.Get(s.url + "readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				s.readyAfter = time.Since(begin)
				return s, nil
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.end()
	return nil, errors.New("the server has no network after 30 s")
}

// memory returns the resident memory in KiB, or 0 where the system does not tell.
func (s *server) memory() int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kib int
	_, _ = fmt.Sscan(rest, &kib) // 0 if there is none
	return kib
}

// A client follows the events.
type client struct {
	first, last uint64 // numbers of changes
	received    int
	reloads     int
	faults      []string
	delays      []time.Duration
}

func (c *client) follow(ctx context.Context, url string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"api/events", nil)
	if err != nil {
		c.faults = append(c.faults, err.Error())
		return
	}
	transport := &http.Transport{} // a connection for each client
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		if ctx.Err() == nil {
			c.faults = append(c.faults, err.Error())
		}
		return
	}
	defer resp.Body.Close()
	if err := c.read(resp.Body); err != nil && ctx.Err() == nil {
		c.faults = append(c.faults, err.Error())
	}
}

// read reads events until the stream ends.
func (c *client) read(stream io.Reader) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, 1<<20)
	name := ""
	for lines.Scan() {
		field, value, _ := bytes.Cut(lines.Bytes(), []byte(": "))
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if err := c.take(name, value); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

// take takes one event.
func (c *client) take(name string, data []byte) error {
	var e struct {
		Seq uint64
		At  time.Time
	}
	switch name {
	case "reload":
		c.reloads++
	case "change":
		now := time.Now()
		if err := json.Unmarshal(data, &e); err != nil {
			return err
		}
		if c.received > 0 && e.Seq != c.last+1 {
			c.faults = append(c.faults, fmt.Sprintf("event %d after %d", e.Seq, c.last))
		}
		if c.received == 0 {
			c.first = e.Seq
		}
		c.last, c.received = e.Seq, c.received+1
		c.delays = append(c.delays, now.Sub(e.At))
	}
	return nil
}

// add adds what a client saw.
func (r *report) add(i int, c *client) {
	r.received += c.received
	r.reloads += c.reloads
	r.changes = max(r.changes, c.last)
	r.delays = append(r.delays, c.delays...)
	for _, f := range c.faults {
		r.faults = append(r.faults, fmt.Sprintf("client %d: %s", i, f))
	}
	if c.received == 0 {
		r.faults = append(r.faults, fmt.Sprintf("client %d got nothing", i))
	}
}

func (r *report) percentile(p float64) time.Duration {
	if len(r.delays) == 0 {
		return 0
	}
	return r.delays[min(len(r.delays)-1, int(p*float64(len(r.delays))))]
}

// growth returns the memory after the first tenth of the time, and the most after that.
func (r *report) growth() (early, most int) {
	if len(r.memory) < 10 {
		return 0, 0
	}
	return slices.Max(r.memory[:5]), slices.Max(r.memory[5:])
}

// check returns an error if the figures are not good enough.
func (r *report) check() error {
	early, most := r.growth()
	switch {
	case len(r.faults) > 0:
		return fmt.Errorf("%d faults: %s", len(r.faults), strings.Join(r.faults[:min(5, len(r.faults))], "; "))
	case r.reloads > 0:
		return fmt.Errorf("%d clients were too slow", r.reloads)
	case r.percentile(0.99) > 500*time.Millisecond:
		return errors.New("the delivery takes longer than 500 ms")
	case most > early*5/4:
		return fmt.Errorf("memory grows from %d to %d MiB", early>>10, most>>10)
	}
	return nil
}

func (r *report) String() string {
	early, most := r.growth()
	return fmt.Sprintf("%d clients, %d nodes, %d changes a second for %s: %d changes seen, %d events received, %d faults, %d reloads; "+
		"delivery p50 %s, p99 %s, most %s; memory %d MiB after a tenth of the time, at most %d MiB later; %s of processor time; first answer after %s",
		r.clients, r.nodes, r.rate, r.length, r.changes, r.received, len(r.faults), r.reloads,
		r.percentile(0.5).Round(time.Microsecond), r.percentile(0.99).Round(time.Microsecond), r.percentile(1).Round(time.Microsecond),
		early>>10, most>>10, r.cpu.Round(time.Millisecond), r.readyAfter.Round(time.Millisecond))
}
