package clustertest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/bacviz/bacviz/cluster"
)

// NameStyle says what the IDs of compute nodes look like.
type NameStyle string

// The styles of node IDs that are met in the field.
const (
	NameUUID   NameStyle = "uuid"   // n-0d2d943b-…, Bacalhau's own
	NameHost   NameStyle = "host"   // eu-west-1-compute-rack07-node-0001
	NameCloud  NameStyle = "cloud"  // i-0abc…, as cloud instances are called
	NameLegacy NameStyle = "legacy" // Qm…, 46 characters, as before v1.3
	NameMixed  NameStyle = "mixed"  // all of them in turn
)

// Options describe a synthetic cluster. The zero value is one orchestrator with
// no compute nodes.
type Options struct {
	Nodes   int     // compute nodes in all
	Hubs    int     // orchestrators; 0 means 1
	Shared  float64 // part of the compute nodes that every orchestrator lists, 0 to 1
	Regions int     // 0 means 3

	// Parts of the compute nodes, 0 to 1, chosen independently of each other.
	Disconnected, Awaiting, Pending, Rejected float64

	Names   NameStyle // "" means NameUUID
	Version string    // of every node; "" means v1.9.3
}

// Epoch is when synthetic clusters are seen: no clock is read.
var Epoch = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

var regions = []string{
	"eu-west-1", "us-east-1", "ap-south-1", "us-west-2", "eu-central-1", "sa-east-1",
	"ap-northeast-1", "ca-central-1", "af-south-1", "me-central-1", "eu-north-1", "ap-southeast-2",
}

// machines are plausible sizes: cores, GiB of memory, GiB of disk, GPUs.
var machines = [][4]uint64{
	{2, 8, 100, 0}, {4, 16, 200, 0}, {8, 32, 400, 0}, {16, 64, 800, 0}, {32, 256, 1600, 1}, {64, 512, 3200, 8},
}

// Cluster makes up the lists of one or more orchestrators. The same seed and
// options give the same lists on every machine. Each list names its
// orchestrator and has it as its own requester; its nodes come in ID order. A
// compute node that is not shared belongs to one orchestrator, in blocks of
// about equal size.
func Cluster(seed uint64, opt Options) []cluster.List {
	g := generator{rng: rand.New(rand.NewPCG(seed, 0x62616376697a)), opt: opt, taken: map[string]bool{}}
	if g.opt.Version == "" {
		g.opt.Version = "v1.9.3"
	}
	lists := make([]cluster.List, max(opt.Hubs, 1))
	for i := range lists {
		hub := g.hub()
		lists[i] = cluster.List{Orchestrator: hub.ID, Nodes: []cluster.Node{hub}}
	}
	nodes := make([]cluster.Node, opt.Nodes)
	for i := range nodes {
		nodes[i] = g.compute(i)
	}
	for _, i := range g.pick(opt.Disconnected) {
		g.disconnect(&nodes[i])
	}
	if opt.Awaiting > 0 { // the same cluster as before there was this state
		for _, i := range g.pick(opt.Awaiting) {
			g.await(&nodes[i])
		}
	}
	for _, i := range g.pick(opt.Pending) {
		nodes[i].Sightings[0].Membership = cluster.Pending
	}
	for _, i := range g.pick(opt.Rejected) {
		nodes[i].Sightings[0].Membership = cluster.Rejected
	}
	shared := make([]bool, opt.Nodes)
	for _, i := range g.pick(opt.Shared) {
		shared[i] = true
	}
	for i, n := range nodes {
		for h := range lists {
			if shared[i] || i*len(lists)/len(nodes) == h {
				n.Sightings = slices.Clone(n.Sightings)
				lists[h].Nodes = append(lists[h].Nodes, n)
			}
		}
	}
	for i := range lists {
		slices.SortFunc(lists[i].Nodes, func(a, b cluster.Node) int { return strings.Compare(a.ID, b.ID) })
	}
	return lists
}

// Snapshot is [Cluster], merged.
func Snapshot(seed uint64, opt Options) cluster.Snapshot {
	return cluster.Merge(Cluster(seed, opt)...)
}

type generator struct {
	rng   *rand.Rand
	opt   Options
	taken map[string]bool // IDs
}

// pick chooses the given part of the compute nodes.
func (g *generator) pick(part float64) []int {
	n := int(math.Round(min(max(part, 0), 1) * float64(g.opt.Nodes)))
	return g.rng.Perm(g.opt.Nodes)[:n]
}

func (g *generator) hub() cluster.Node {
	id := g.unique(func() string { return "n-" + g.uuid() })
	return cluster.Node{
		ID:      id,
		Type:    cluster.Requester,
		Labels:  map[string]string{"name": id, "os_arch": "amd64", "os_type": "linux", "role": "orchestrator"},
		Version: g.opt.Version,
		Sightings: []cluster.Sighting{{
			Connection:     cluster.Connected,
			Membership:     cluster.Approved,
			LastHeartbeat:  Epoch,
			ConnectedSince: Epoch.Add(-30 * 24 * time.Hour),
		}},
	}
}

func (g *generator) compute(i int) cluster.Node {
	// Nodes of a region lie side by side, as its orchestrator would have them.
	count := g.opt.Regions
	if count <= 0 {
		count = 3
	}
	r := i * count / g.opt.Nodes
	region := fmt.Sprintf("region-%d", r+1)
	if r < len(regions) {
		region = regions[r]
	}
	rack := 1 + g.rng.IntN(48)
	id := g.unique(func() string { return g.name(i, region, rack) })

	size := machines[g.rng.IntN(len(machines))]
	resources := func(percent uint64) cluster.Resources {
		return cluster.Resources{
			// Integers as long as possible: the same on every machine.
			CPU:    float64(size[0]*percent) / 100,
			Memory: size[1] << 30 / 100 * percent,
			Disk:   size[2] << 30 / 100 * percent,
			GPU:    size[3] * percent / 100,
		}
	}
	engines := []string{"docker", "wasm"}
	if g.rng.IntN(4) == 0 {
		engines = []string{"wasm"}
	}
	arch := "amd64"
	if g.rng.IntN(5) == 0 {
		arch = "arm64"
	}
	running := g.rng.IntN(6)
	return cluster.Node{
		ID:   id,
		Type: cluster.Compute,
		Labels: map[string]string{
			"name": id, "os_arch": arch, "os_type": "linux",
			"region": region, "rack": fmt.Sprintf("r%d", rack),
		},
		Engines:    engines,
		Publishers: []string{"local", "noop", "s3managed"},
		Storage:    []string{"inline", "urldownload"},
		Version:    g.opt.Version,
		Max:        resources(100),
		Available:  resources(100 - uint64(running)*15),
		Running:    running,
		Sightings: []cluster.Sighting{{
			Connection:     cluster.Connected,
			Membership:     cluster.Approved,
			LastHeartbeat:  Epoch.Add(-time.Duration(g.rng.IntN(15000)) * time.Millisecond),
			ConnectedSince: Epoch.Add(-time.Duration(1+g.rng.IntN(20*24*60)) * time.Minute),
		}},
	}
}

func (g *generator) disconnect(n *cluster.Node) {
	n.Available, n.Running = cluster.Resources{}, 0
	s := &n.Sightings[0]
	s.Connection = cluster.Disconnected
	s.DisconnectedSince = Epoch.Add(-time.Duration(1+g.rng.IntN(600)) * time.Minute)
	s.LastHeartbeat = s.DisconnectedSince.Add(-20 * time.Second)
	s.ConnectedSince = s.DisconnectedSince.Add(-24 * time.Hour)
	s.LastError = "heartbeat timeout"
}

// await makes a node one that its orchestrator has not heard of since it restarted.
func (g *generator) await(n *cluster.Node) {
	n.Available, n.Running = cluster.Resources{}, 0
	s := &n.Sightings[0]
	s.Connection, s.DisconnectedSince, s.LastError = cluster.AwaitingReconnection, time.Time{}, ""
}

// unique calls name until it gives an ID that is not taken.
func (g *generator) unique(name func() string) string {
	for {
		if id := name(); !g.taken[id] {
			g.taken[id] = true
			return id
		}
	}
}

func (g *generator) name(i int, region string, rack int) string {
	style := g.opt.Names
	if style == NameMixed {
		style = []NameStyle{NameUUID, NameHost, NameCloud, NameLegacy}[i%4]
	}
	switch style {
	case NameHost:
		return fmt.Sprintf("%s-compute-rack%02d-node-%04d", region, rack, i+1)
	case NameCloud:
		return "i-0" + g.letters("0123456789abcdef", 16)
	case NameLegacy:
		return "Qm" + g.letters("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 44)
	}
	return "n-" + g.uuid()
}

// uuid is a random UUID, version 4.
func (g *generator) uuid() string {
	hi, lo := g.rng.Uint64(), g.rng.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 1<<63
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}

func (g *generator) letters(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.rng.IntN(len(alphabet))]
	}
	return string(b)
}
