package layout

// This file holds what drawings of jobs need besides those of nodes.

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/display"
	"github.com/bacviz/bacviz/internal/typeface"
)

// Up to so many vertices, and so many of them jobs, auto draws jobs in layers.
// Looked at with 6 to 200 nodes: beyond, the columns get too dense for labels.
const (
	layeredMax  = 64
	layeredJobs = 12
)

// IsJob reports whether the kind is that of a job.
func (k Kind) IsJob() bool { return k >= JobPendingKind && k <= JobUnknownKind }

func jobKind(s cluster.JobState) Kind {
	switch s {
	case cluster.JobRunning:
		return JobRunningKind
	case cluster.JobCompleted:
		return JobCompletedKind
	case cluster.JobFailed:
		return JobFailedKind
	case cluster.JobStopped:
		return JobStoppedKind
	case "", cluster.JobPending, cluster.JobQueued:
		return JobPendingKind
	}
	return JobUnknownKind // as of a later version
}

// state is what a job's kind says of it.
func (k Kind) state() string { return strings.TrimPrefix(k.String(), "job, ") }

// stateOf is a job's state as it came: queued, though that is drawn as pending.
func stateOf(v *graph.Vertex) string {
	if s := string(v.Job.State); s != "" {
		return strings.ToLower(display.Printable(s))
	}
	return KindOf(v).state()
}

// namedJobs is up to how many jobs a subtitle names.
const namedJobs = 3

func defaultTitle(t *graph.Topology) string {
	switch t.Jobs() {
	case 0:
		return "Bacalhau network"
	case 1:
		for i := range t.Len() {
			if v := t.Vertex(i); v.Job != nil {
				return "Job " + v.Label
			}
		}
	}
	return fmt.Sprintf("%d jobs on a Bacalhau network", t.Jobs())
}

// jobsSubtitle says which jobs there are, and on how many nodes they ran.
func jobsSubtitle(t *graph.Topology) string {
	counts := make(map[Kind]int)
	var named []string
	for i := range t.Len() {
		v := t.Vertex(i)
		if v.Job == nil {
			continue
		}
		counts[KindOf(v)]++
		name := v.Label + " " + stateOf(v)
		if id := v.Job.Short(); t.Jobs() == 1 && id != v.Label {
			name = display.Printable(id) + " " + stateOf(v)
		}
		named = append(named, name)
	}
	if len(named) > namedJobs {
		named = nil
		for k := JobPendingKind; k <= JobUnknownKind; k++ {
			if counts[k] > 0 {
				named = append(named, fmt.Sprintf("%d %s", counts[k], k.state()))
			}
		}
	}
	ran := make(map[int64]bool)
	unlisted, grouped := 0, false
	for _, r := range t.Runs() {
		if v := t.Vertex(int(r.Node)); r.Ran() && r.Outcome != graph.Waiting && !ran[r.Node] {
			ran[r.Node] = true
			if v.Unlisted {
				unlisted++
			}
			grouped = grouped || v.Members != nil
		}
	}
	where := fmt.Sprintf("ran on %d of %s", len(ran)-unlisted, count(t.ComputeNodes, "compute node"))
	switch {
	case grouped:
		where = "ran in " + count(len(ran), "group")
	case unlisted > 0:
		where += fmt.Sprintf(" and on %d that no list has", unlisted)
	}
	return strings.Join(named, ", ") + "; " + where
}

// runNames are what the legend calls the edges of jobs.
var runNames = map[graph.Outcome]string{
	graph.Failed: "run: failed", graph.Running: "run: running", graph.Waiting: "run: waiting", graph.Unknown: "run: in an unknown state",
	graph.Cancelled: "run: cancelled", graph.Completed: "run: completed", graph.Rejected: "turned down, did not run",
}

// RunName is what the legend calls an edge of that outcome.
func RunName(o graph.Outcome) string { return runNames[o] }

// jobEntries explain the edges of jobs that occur, and the nodes that took no part.
func jobEntries(t *graph.Topology, idle int) []Entry {
	var all []Entry
	counts := make(map[graph.Outcome]int)
	for _, r := range t.Runs() {
		counts[r.Outcome]++
	}
	for _, o := range graph.Outcomes() {
		if n := counts[o]; n > 0 {
			all = append(all, Entry{Kind: RunKind, Outcome: o, Name: Text{String: fmt.Sprintf("%s (%d)", runNames[o], n)}})
		}
	}
	if idle > 0 {
		all = append(all, Entry{Kind: ComputeKind, Idle: true, Name: Text{String: fmt.Sprintf("took no part (%d)", idle)}})
	}
	return all
}

// Bounds of what placeCounts does: with more edges that have a count their
// numbers would be a thicket.
const (
	mostCounts = 250
	countSize  = 8.0
)

// placeCounts writes the number of executions on the edges that stand for several,
// at the first place along each that covers no box, no name and no other number.
func (d *Drawing) placeCounts(pg *page) {
	counted := 0
	for i := range d.Lines {
		if r := d.Lines[i].Run; r != nil && r.Count > 1 {
			counted++
		}
	}
	if counted > mostCounts {
		return
	}
	var taken []Text
	for i := range d.Hulls {
		if d.Hulls[i].Name.String != "" {
			taken = append(taken, d.Hulls[i].Name)
		}
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		if l.Run == nil || l.Run.Count < 2 {
			continue
		}
		text := newText(fmt.Sprintf("×%d", l.Run.Count), countSize*pg.unit, typeface.Bold)
		w, h := text.Width+0.6*text.Size, text.Size*1.4
		for _, at := range []float64{0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82} {
			c := l.along(at)
			text.Center = Point{round(c.X), round(c.Y)}
			inside := c.X-w/2 >= pg.plot.x && c.X+w/2 <= pg.plot.x+pg.plot.w && c.Y-h/2 >= pg.plot.y && c.Y+h/2 <= pg.plot.y+pg.plot.h
			covers := slices.ContainsFunc(d.Boxes, func(b Box) bool {
				return math.Abs(c.X-b.Center.X) < (w+b.W)/2+1 && math.Abs(c.Y-b.Center.Y) < (h+b.H)/2+1
			}) || slices.ContainsFunc(taken, func(t Text) bool { return textsMeet(&t, c, w, h) })
			if inside && !covers {
				text.Width = round(text.Width)
				l.Count = text
				taken = append(taken, text)
				break
			}
		}
	}
}

// along returns the point that is so far along the line, from 0 to 1, by its curve's
// parameter.
func (l *Line) along(at float64) Point {
	if len(l.Path) == 2 {
		a, b := l.Path[0], l.Path[1]
		return Point{a.X + (b.X-a.X)*at, a.Y + (b.Y-a.Y)*at}
	}
	// The first and the last piece lead from a box to where the route begins.
	n := (len(l.Path) - 1) / 3
	first, last := 0, n
	if n > 2 {
		first, last = 1, n-1
	}
	k := min(last-1, first+int(at*float64(last-first)))
	t := at*float64(last-first) - float64(k-first)
	p := l.Path[3*k : 3*k+4]
	mix := func(a, b, c, d float64) float64 {
		u := 1 - t
		return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d
	}
	return Point{mix(p[0].X, p[1].X, p[2].X, p[3].X), mix(p[0].Y, p[1].Y, p[2].Y, p[3].Y)}
}

// orchestratorOf returns the hub's box that a job was asked of, or -1.
func (s *scene) orchestratorOf(job int) int {
	for _, h := range s.hubs {
		if s.boxes[h].Vertex.NodeID() == s.boxes[job].Vertex.Job.Orchestrator {
			return h
		}
	}
	if len(s.hubs) > 0 {
		return s.hubs[0]
	}
	return -1
}

// jobRing is room around a disc for the jobs of its hub.
type jobRing struct {
	radius, pitch float64
	places        int
}

// windJobs adds rings for the disc's jobs around all that it has.
func (w *winder) windJobs(d *disc) {
	d.jobRings, d.outer = nil, d.radius
	if len(d.jobs) == 0 {
		return
	}
	jw, jh := 0.0, 0.0
	for _, i := range d.jobs {
		jw, jh = max(jw, w.boxes[i].W+w.gap), max(jh, w.boxes[i].H+w.gap)
	}
	pitch := w.apart(jw, jh, jw, jh)
	if len(d.wedges) > 0 {
		d.radius += 2.2 * w.font / w.py * float64(len(d.wedges[0].path)) // the names of groups
	}
	d.radius += 0.5
	for n := len(d.jobs); n > 0; {
		r := d.radius + pitch/2
		places := min(n, whole(roundRoom(r, pitch)))
		d.jobRings = append(d.jobRings, jobRing{r, pitch, places})
		d.radius, n = d.radius+pitch, n-places
	}
	// So that no ring is ragged, each gets its share.
	rooms, caps := make([]float64, len(d.jobRings)), make([]int, len(d.jobRings))
	for k, r := range d.jobRings {
		rooms[k], caps[k] = r.radius, whole(roundRoom(r.radius, pitch))
	}
	for k, n := range quotas(rooms, caps, len(d.jobs)) {
		d.jobRings[k].places = n
	}
}

// seatJobs puts the jobs near the nodes that they ran on, once those have places.
func (w *winder) seatJobs(d *disc) {
	if len(d.jobs) == 0 {
		return
	}
	want := make(map[int]float64, len(d.jobs))
	sums := make(map[int]Point, len(d.jobs))
	for _, l := range w.lines {
		if l.Run != nil {
			at := w.boxes[l.To].Center
			x, y := at.X/w.px-d.center.X, at.Y/w.py-d.center.Y
			s := sums[l.From]
			sums[l.From] = Point{s.X + x, s.Y + y}
		}
	}
	order := slices.Clone(d.jobs)
	for _, i := range order {
		want[i] = math.Mod(math.Atan2(sums[i].X, -sums[i].Y)+2*math.Pi, 2*math.Pi)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(want[a], want[b]) })
	members := make([][]int, len(d.jobRings))
	for n, i := range order { // neighbours go to different rings
		best, due := 0, math.Inf(-1)
		for k, r := range d.jobRings {
			if owed := float64(r.places*(n+1))/float64(len(order)) - float64(len(members[k])); owed > due && len(members[k]) < r.places {
				best, due = k, owed
			}
		}
		members[best] = append(members[best], i)
	}
	for k, r := range d.jobRings {
		angles := make([]float64, len(members[k]))
		for n, i := range members[k] {
			angles[n] = want[i]
		}
		least := 2 * math.Pi
		if r.pitch < 2*r.radius {
			least = 2 * math.Asin(r.pitch/2/r.radius)
		}
		for n, angle := range spreadAngles(angles, slices.Repeat([]float64{least}, len(angles))) {
			w.boxes[members[k][n]].Center = Point{
				X: (d.center.X + r.radius*math.Sin(angle)) * w.px,
				Y: (d.center.Y - r.radius*math.Cos(angle)) * w.py,
			}
		}
	}
}
