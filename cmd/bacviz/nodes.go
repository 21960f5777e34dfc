package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	prettytable "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/examples"
	"github.com/bacviz/bacviz/fetch"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/natural"
)

var nodesFormats = []string{"table", "wide", "json", "yaml", "csv"}

// nodesOptions are the flags of nodes.
type nodesOptions struct {
	source   sourceFlags
	filter   filterFlags
	format   string
	sort     string
	demo     bool
	watch    bool
	interval time.Duration
	timeout  time.Duration
}

func newNodes(std stdio) *cobra.Command {
	var opt nodesOptions
	cmd := &cobra.Command{
		Use:   "nodes [SOURCE...]",
		Short: "List the nodes",
		Long: `Nodes lists the nodes that the SOURCEs tell of: an orchestrator's URL, a file
that holds its answer, or - for standard input. Without one it asks the
orchestrator that "bacviz config" shows.

A "?" stands for what is not known, such as what is free on a node that is not
connected, and a "-" for what a node does not have.`,
		Example: `  bacviz nodes
  bacviz nodes http://10.0.0.5:1234 -o wide
  bacviz nodes --select region=eu-west-1,gpu --status connected --sort -cpu
  bacviz nodes --membership pending -o json
  bacviz nodes --watch`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.run(cmd.Context(), args, std)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&opt.format, "output", "o", "table", "`format`: "+strings.Join(nodesFormats, ", "))
	opt.filter.add(cmd)
	f.StringVar(&opt.sort, "sort", "id", "`column` to sort by, with - before it for the largest first: "+strings.Join(sortNames(), ", "))
	f.BoolVarP(&opt.watch, "watch", "w", false, "list again and again, until Ctrl-C")
	f.DurationVar(&opt.interval, "interval", 2*time.Second, "`time` from one list to the next with --watch")
	f.DurationVar(&opt.timeout, "timeout", 30*time.Second, "`time` for the whole of a list, 0 for no limit")
	f.BoolVar(&opt.demo, "demo", false, "list a sample network instead of a SOURCE")
	opt.source.add(cmd)
	complete := func(flag string, words ...string) {
		// An error here would be a flag that is not defined above.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	complete("output", nodesFormats...)
	complete("sort", sortNames()...)
	return cmd
}

func (o *nodesOptions) run(ctx context.Context, args []string, std stdio) error {
	filter, err := o.check(args, std)
	if err != nil {
		return err
	}
	if !o.demo {
		if err := o.source.settle(args, &o.timeout); err != nil {
			return err
		}
	}
	if o.watch {
		return o.watchNodes(ctx, args, filter, std)
	}
	rows, err := o.read(ctx, args, filter, std)
	if err != nil {
		return err
	}
	text, err := o.render(rows, 0)
	if err != nil {
		return err
	}
	return std.print(text)
}

func (o *nodesOptions) check(args []string, std stdio) (cluster.Filter, error) {
	filter, err := o.filter.filter()
	if err != nil {
		return filter, err
	}
	if err := oneOf("format", o.format, nodesFormats...); err != nil {
		return filter, err
	}
	if err := oneOf("--sort", strings.TrimPrefix(o.sort, "-"), sortNames()...); err != nil {
		return filter, err
	}
	switch {
	case o.demo && len(args) > 0:
		return filter, usagef("--demo lists a sample; it does not go with the source %q", args[0])
	case o.timeout < 0:
		return filter, usagef("--timeout %s is negative", o.timeout)
	case o.watch && o.format != "table" && o.format != "wide":
		return filter, usagef("--watch draws a table, not %s", o.format)
	case o.watch && slices.Contains(args, "-"):
		return filter, usagef("--watch cannot read standard input again and again")
	case o.watch && o.interval < 100*time.Millisecond:
		return filter, usagef("--interval %s is below 100ms", o.interval)
	case o.watch && (!isTerminal(std.out) || os.Getenv("TERM") == "dumb"):
		return filter, &usageError{errors.New("--watch needs a terminal to draw on"), "without --watch, bacviz nodes lists the nodes once"}
	}
	return filter, nil
}

// oneOf checks a word against those that there are.
func oneOf(what, word string, known ...string) error {
	if !slices.Contains(known, word) {
		return usagef("unknown %s %q (have %s)", what, word, strings.Join(known, ", "))
	}
	return nil
}

// read fetches the nodes once.
func (o *nodesOptions) read(ctx context.Context, args []string, filter cluster.Filter, std stdio) ([]nodeRow, error) {
	ctx, cancel := o.source.limit(ctx, o.timeout)
	defer cancel()
	var sources []fetch.Source
	var err error
	if o.demo {
		sources = []fetch.Source{fetch.Stream{Reader: bytes.NewReader(examples.Demo), Label: "the sample network"}}
	} else if sources, err = o.source.sources(args, std); err != nil {
		return nil, err
	}
	snap, err := o.source.snapshot(ctx, sources, fetch.JobChoice{}, std)
	if err != nil {
		return nil, ended(ctx, o.timeout, err)
	}
	rows := nodeRows(snap, filter, time.Now())
	sortRows(rows, o.sort)
	return rows, nil
}

// render writes the rows in the format asked for. A width above 0 cuts lines.
func (o *nodesOptions) render(rows []nodeRow, width int) ([]byte, error) {
	var b bytes.Buffer
	switch o.format {
	case "json", "yaml":
		if err := encode(&b, o.format, rows); err != nil {
			return nil, err
		}
	case "csv":
		w := csv.NewWriter(&b)
		_ = w.Write(names(csvColumns)) // a Buffer takes all
		for i := range rows {
			_ = w.Write(cells(csvColumns, &rows[i], harmless))
		}
		w.Flush()
	default:
		columns := tableColumns
		if o.format == "wide" {
			columns = wideColumns
		}
		lines := make([][]string, len(rows))
		for i := range rows {
			lines[i] = cells(columns, &rows[i], display.Printable)
		}
		b.WriteString(table(names(columns), lines, width))
	}
	return b.Bytes(), nil
}

// A nodeRow is one node as it is listed. What is not known is nil, and null in
// JSON, and so is what a node that does not compute does not have.
type nodeRow struct {
	ID            string            `json:"id" yaml:"id"`
	ShortID       string            `json:"shortId" yaml:"shortId"`
	Role          string            `json:"role" yaml:"role"`
	Type          string            `json:"type" yaml:"type"`
	State         *string           `json:"state" yaml:"state"`
	Membership    *string           `json:"membership" yaml:"membership"`
	Labels        map[string]string `json:"labels" yaml:"labels"`
	Engines       []string          `json:"engines" yaml:"engines"`
	Publishers    []string          `json:"publishers" yaml:"publishers"`
	Storage       []string          `json:"storage" yaml:"storage"`
	CPU           *amount           `json:"cpu" yaml:"cpu"`
	Memory        *amount           `json:"memory" yaml:"memory"`
	Disk          *amount           `json:"disk" yaml:"disk"`
	GPU           *amount           `json:"gpu" yaml:"gpu"`
	Running       *int              `json:"running" yaml:"running"`
	Queued        *int              `json:"queued" yaml:"queued"`
	Version       *string           `json:"version" yaml:"version"`
	LastSeen      *time.Time        `json:"lastSeen" yaml:"lastSeen"`
	Orchestrators []string          `json:"orchestrators" yaml:"orchestrators"`
	LastError     string            `json:"lastError,omitempty" yaml:"lastError,omitempty"`

	computes bool
	age      time.Duration // since LastSeen
}

// An amount is how much of something is free, of how much.
type amount struct {
	Free  *quantity `json:"free" yaml:"free"`
	Total quantity  `json:"total" yaml:"total"`
}

// A quantity is a number of cores, bytes or devices.
type quantity float64

// MarshalYAML keeps YAML from writing bytes as 2e+10.
func (q quantity) MarshalYAML() (any, error) {
	if q >= 0 && q < 1<<53 && q == quantity(uint64(q)) {
		return uint64(q), nil
	}
	return float64(q), nil
}

// nodeRows lists the nodes that the filter means.
func nodeRows(snap cluster.Snapshot, filter cluster.Filter, now time.Time) []nodeRow {
	topo := graph.Build(snap, graph.Options{All: true}) // labels do not depend on the filter
	rows := []nodeRow{}
	for i := range topo.Len() {
		v := topo.Vertex(i)
		if n := snap.Node(v.NodeID()); n != nil && filter.Match(&snap, n) {
			rows = append(rows, newNodeRow(&snap, n, v, now))
		}
	}
	return rows
}

func newNodeRow(snap *cluster.Snapshot, n *cluster.Node, v *graph.Vertex, at time.Time) nodeRow {
	r := nodeRow{
		ID: n.ID, ShortID: v.Label, Role: string(v.Role), Type: string(n.Type),
		State: known(strings.ToLower(string(snap.Connection(n)))), Membership: known(strings.ToLower(string(n.Membership()))),
		Labels: n.Labels, Engines: list(n.Engines), Publishers: list(n.Publishers), Storage: list(n.Storage),
		Version: known(n.Version), Orchestrators: []string{}, computes: n.Computes(),
	}
	if r.Labels == nil {
		r.Labels = map[string]string{}
	}
	var seen time.Time
	for _, s := range n.Sightings {
		if s.Orchestrator != cluster.FallbackHub { // which is nobody
			r.Orchestrators = append(r.Orchestrators, s.Orchestrator)
		}
		if s.LastHeartbeat.After(seen) {
			seen = s.LastHeartbeat
		}
		if r.LastError == "" {
			r.LastError = s.LastError
		}
	}
	if !seen.IsZero() {
		r.LastSeen, r.age = &seen, max(0, at.Sub(seen))
	}
	if !r.computes {
		return r
	}
	// What a node that is not connected said last is out of date.
	now := n.Connected() || v.Hub
	has := func(free, total quantity) *amount {
		switch {
		case total == 0:
			return nil // every node has some: this one does not tell
		case now && n.TellsFree():
			return &amount{&free, total}
		}
		return &amount{nil, total}
	}
	r.CPU = has(quantity(n.Available.CPU), quantity(n.Max.CPU))
	r.Memory = has(quantity(n.Available.Memory), quantity(n.Max.Memory))
	r.Disk = has(quantity(n.Available.Disk), quantity(n.Max.Disk))
	if r.GPU = has(quantity(n.Available.GPU), quantity(n.Max.GPU)); r.GPU == nil && n.Max != (cluster.Resources{}) {
		r.GPU = &amount{new(quantity), 0} // which a node may well not have
	}
	if now && n.TellsLoad() {
		running, queued := n.Running, n.Enqueued // copies: pointers to them would keep the whole snapshot
		r.Running, r.Queued = &running, &queued
	}
	return r
}

func known(word string) *string {
	if word == "" {
		return nil
	}
	return &word
}

func list(words []string) []string {
	if words == nil {
		return []string{}
	}
	return words
}

// A column is a name and what stands below it.
type column struct {
	name string
	cell func(*nodeRow) string
}

// Columns for people.
var (
	tableColumns = []column{
		{"id", func(r *nodeRow) string { return r.ShortID }},
		{"type", func(r *nodeRow) string { return r.Role }},
		{"state", func(r *nodeRow) string { return orUnknown(r.State) }},
		{"membership", func(r *nodeRow) string { return orUnknown(r.Membership) }},
		{"labels", func(r *nodeRow) string { return labelText(r.Labels, false) }},
		{"engines", func(r *nodeRow) string { return dash(strings.Join(r.Engines, ",")) }},
		{"cpu", func(r *nodeRow) string { return freeOf(r, r.CPU, cores) }},
		{"memory", func(r *nodeRow) string { return freeOf(r, r.Memory, size) }},
		{"running", func(r *nodeRow) string { return count(r, r.Running) }},
		{"queued", func(r *nodeRow) string { return count(r, r.Queued) }},
		{"version", func(r *nodeRow) string { return orUnknown(r.Version) }},
		{"last seen", func(r *nodeRow) string { return lastSeen(r) }},
	}
	wideColumns = slices.Concat(
		[]column{{"id", func(r *nodeRow) string { return r.ID }}}, tableColumns[1:4],
		[]column{{"labels", func(r *nodeRow) string { return labelText(r.Labels, true) }}}, tableColumns[5:8],
		[]column{
			{"disk", func(r *nodeRow) string { return freeOf(r, r.Disk, size) }},
			{"gpu", func(r *nodeRow) string {
				if r.GPU != nil && r.GPU.Total == 0 {
					return "-"
				}
				return freeOf(r, r.GPU, cores)
			}},
		}, tableColumns[8:],
		[]column{
			{"publishers", func(r *nodeRow) string { return dash(strings.Join(r.Publishers, ",")) }},
			{"storage", func(r *nodeRow) string { return dash(strings.Join(r.Storage, ",")) }},
			{"orchestrators", func(r *nodeRow) string { return dash(strings.Join(r.Orchestrators, ",")) }},
			{"last error", func(r *nodeRow) string { return dash(r.LastError) }},
		})
)

// Columns for spreadsheets: plain numbers, and nothing where nothing is known.
var csvColumns = []column{
	{"id", func(r *nodeRow) string { return r.ID }},
	{"short_id", func(r *nodeRow) string { return r.ShortID }},
	{"role", func(r *nodeRow) string { return r.Role }},
	{"type", func(r *nodeRow) string { return r.Type }},
	{"state", func(r *nodeRow) string { return orEmpty(r.State) }},
	{"membership", func(r *nodeRow) string { return orEmpty(r.Membership) }},
	{"labels", func(r *nodeRow) string { return pairs(r.Labels, true) }},
	{"engines", func(r *nodeRow) string { return strings.Join(r.Engines, ",") }},
	{"cpu_free", func(r *nodeRow) string { return free(r.CPU) }},
	{"cpu_total", func(r *nodeRow) string { return total(r.CPU) }},
	{"memory_free", func(r *nodeRow) string { return free(r.Memory) }},
	{"memory_total", func(r *nodeRow) string { return total(r.Memory) }},
	{"disk_free", func(r *nodeRow) string { return free(r.Disk) }},
	{"disk_total", func(r *nodeRow) string { return total(r.Disk) }},
	{"gpu_free", func(r *nodeRow) string { return free(r.GPU) }},
	{"gpu_total", func(r *nodeRow) string { return total(r.GPU) }},
	{"running", func(r *nodeRow) string { return number(r.Running) }},
	{"queued", func(r *nodeRow) string { return number(r.Queued) }},
	{"version", func(r *nodeRow) string { return orEmpty(r.Version) }},
	{"last_seen", func(r *nodeRow) string {
		if r.LastSeen == nil {
			return ""
		}
		return r.LastSeen.Format(time.RFC3339Nano)
	}},
	{"orchestrators", func(r *nodeRow) string { return strings.Join(r.Orchestrators, ",") }},
}

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

func cells(columns []column, r *nodeRow, clean func(string) string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = clean(c.cell(r))
	}
	return out
}

// harmless keeps a spreadsheet from taking a cell for a formula, and a terminal
// from obeying it.
func harmless(s string) string {
	s = display.Printable(s)
	if s != "" && strings.ContainsRune("=+-@|%", rune(s[0])) {
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return "'" + s
		}
	}
	return s
}

const unknown = "?"

func orUnknown(s *string) string { return cmp.Or(orEmpty(s), unknown) }

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func dash(s string) string { return cmp.Or(s, "-") }

// freeOf writes an amount as people read it: free of total.
func freeOf(r *nodeRow, a *amount, unit func(quantity) string) string {
	switch {
	case !r.computes:
		return "-"
	case a == nil:
		return unknown
	case a.Free == nil:
		return unknown + "/" + unit(a.Total)
	}
	return unit(*a.Free) + "/" + unit(a.Total)
}

func cores(n quantity) string { return humanize.FtoaWithDigits(float64(n), 2) }

func size(n quantity) string {
	if n >= 1<<63 || n < 0 {
		return unknown // no machine has that
	}
	return strings.ReplaceAll(humanize.IBytes(uint64(n)), " ", "")
}

func count(r *nodeRow, n *int) string {
	switch {
	case !r.computes:
		return "-"
	case n == nil:
		return unknown
	}
	return strconv.Itoa(*n)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func free(a *amount) string {
	if a == nil || a.Free == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*a.Free), 'f', -1, 64)
}

func total(a *amount) string {
	if a == nil {
		return ""
	}
	return strconv.FormatFloat(float64(a.Total), 'f', -1, 64)
}

func lastSeen(r *nodeRow) string {
	if r.LastSeen == nil {
		return unknown
	}
	return duration.HumanDuration(r.age) + " ago"
}

// autoLabels are those that Bacalhau sets by itself.
var autoLabels = []string{"Architecture", "Operating-System", "name", "os_arch", "os_type"}

// labelText writes labels in the order of their keys; of Bacalhau's own only
// with all.
func labelText(labels map[string]string, all bool) string { return dash(pairs(labels, all)) }

func pairs(labels map[string]string, all bool) string {
	var out []string
	for key, value := range labels {
		if all || !slices.Contains(autoLabels, key) {
			out = append(out, key+"="+value)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// Orders of rows, by name; rows that are equal stay in the order of their IDs.
var orders = []struct {
	name    string
	compare func(a, b *nodeRow) int
}{
	{"id", func(a, b *nodeRow) int { return 0 }},
	{"type", func(a, b *nodeRow) int { return strings.Compare(a.Role, b.Role) }},
	{"state", func(a, b *nodeRow) int { return strings.Compare(orEmpty(a.State), orEmpty(b.State)) }},
	{"membership", func(a, b *nodeRow) int { return strings.Compare(orEmpty(a.Membership), orEmpty(b.Membership)) }},
	{"cpu", func(a, b *nodeRow) int { return compareAmounts(a.CPU, b.CPU) }},
	{"memory", func(a, b *nodeRow) int { return compareAmounts(a.Memory, b.Memory) }},
	{"running", func(a, b *nodeRow) int { return compareCounts(a.Running, b.Running) }},
	{"queued", func(a, b *nodeRow) int { return compareCounts(a.Queued, b.Queued) }},
	{"version", func(a, b *nodeRow) int { return natural.Compare(orEmpty(a.Version), orEmpty(b.Version)) }},
	{"seen", func(a, b *nodeRow) int { return cmp.Compare(orNever(a), orNever(b)) }},
}

func sortNames() []string {
	var out []string
	for _, o := range orders {
		out = append(out, o.name)
	}
	return out
}

// sortRows sorts rows, which are in the order of IDs.
func sortRows(rows []nodeRow, by string) {
	by, reverse := strings.CutPrefix(by, "-")
	for _, o := range orders {
		if o.name != by {
			continue
		}
		slices.SortStableFunc(rows, func(a, b nodeRow) int {
			c := cmp.Or(o.compare(&a, &b), 0)
			if by == "id" {
				c = strings.Compare(a.ID, b.ID)
			}
			if reverse {
				return -c
			}
			return c
		})
	}
}

// compareAmounts goes by what is free; what is not known comes first.
func compareAmounts(a, b *amount) int { return cmp.Compare(freeOrNone(a), freeOrNone(b)) }

func freeOrNone(a *amount) quantity {
	switch {
	case a == nil:
		return -2
	case a.Free == nil:
		return -1
	}
	return *a.Free
}

func compareCounts(a, b *int) int {
	value := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	return cmp.Compare(value(a), value(b))
}

func orNever(r *nodeRow) int64 {
	if r.LastSeen == nil {
		return 0
	}
	return r.LastSeen.UnixNano()
}

// table draws rows below their column's names, as kubectl does. A width above 0
// cuts lines.
func table(header []string, rows [][]string, width int) string {
	t := prettytable.NewWriter()
	style := prettytable.StyleDefault
	style.Options = prettytable.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "   "
	style.Format.Header = text.FormatUpper
	style.Size.WidthMax = width
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	t.AppendHeader(tableRow(header))
	for _, r := range rows {
		t.AppendRow(tableRow(r))
	}
	return t.Render() + "\n"
}

func tableRow(cells []string) prettytable.Row {
	row := make(prettytable.Row, len(cells))
	for i, c := range cells {
		row[i] = c
	}
	return row
}

// Escape sequences of the alternate screen, on which a watch is drawn so that
// what was on the terminal comes back.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	clearScreen = "\x1b[H\x1b[J"
)

// watchNodes draws the list again and again until ctx ends.
func (o *nodesOptions) watchNodes(ctx context.Context, args []string, filter cluster.Filter, std stdio) (err error) {
	if _, err := io.WriteString(std.out, enterScreen); err != nil {
		return err
	}
	defer func() {
		_, leaveErr := io.WriteString(std.out, leaveScreen)
		err = cmp.Or(err, leaveErr)
	}()
	for {
		var said bytes.Buffer // warnings would break the screen
		rows, err := o.read(ctx, args, filter, stdio{std.in, nil, &said})
		if ctx.Err() != nil {
			return nil // Ctrl-C is how a watch ends
		}
		var body []byte
		if err == nil {
			width, _ := screenSize(std.out)
			body, err = o.render(rows, width)
		}
		var usage *usageError
		if errors.As(err, &usage) {
			return err
		}
		if err != nil {
			body = fmt.Appendf(nil, "bacviz: error: %s\n", oneLine(err.Error()))
		}
		screen := fmt.Appendf(nil, "%s  every %s  %s\n\n", time.Now().Format(time.TimeOnly), o.interval, "Ctrl-C ends")
		screen = append(append(screen, said.Bytes()...), body...)
		if _, err := io.WriteString(std.out, clearScreen+fit(string(screen), std.out)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(o.interval):
		}
	}
}

// screenSize is the size of a terminal in columns and lines.
func screenSize(w io.Writer) (width, height int) {
	if f, ok := w.(*os.File); ok {
		if width, height, err := term.GetSize(int(f.Fd())); err == nil && width > 0 && height > 0 {
			return width, height
		}
	}
	return 80, 24
}

// fit leaves out the lines that a terminal has no room for. A line that is wider
// than the terminal takes several of its.
func fit(screen string, w io.Writer) string {
	width, height := screenSize(w)
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	takes := func(line string) int { return max(1, (text.StringWidth(line)+width-1)/width) }
	rows := 0
	for _, line := range lines {
		rows += takes(line)
	}
	if rows < height {
		return strings.Join(lines, "\n")
	}
	kept, room := 0, max(height-2, 0) // a line for what is left out, and one for the cursor
	for kept < len(lines) && takes(lines[kept]) <= room {
		room -= takes(lines[kept])
		kept++
	}
	return strings.Join(append(lines[:kept:kept], fmt.Sprintf("… %d more", len(lines)-kept)), "\n")
}
