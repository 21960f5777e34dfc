package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/internal/display"
)

// free compares the free capacity of all nodes together with what the rule wants.
// It is Unknown as soon as one node is not connected, or reports no free capacity
// at all: such a node may be full, or the source may come without the load. If nodes
// that await reconnection might make it enough, it is Unknown too.
func (e evaluation) free() Result {
	var sum cluster.Resources
	var unknown []string
	disconnected := 0
	nodes, awaiting := e.computeNodes()
	for _, n := range nodes {
		if !e.connected(n) {
			disconnected++
		}
		if !e.connected(n) || !n.ReportsFree() {
			unknown = append(unknown, n.ID)
			continue
		}
		sum = sum.Plus(n.Free())
	}
	subject := display.Count(len(nodes), e.noun()) + e.withLabels()
	if len(unknown) > 0 {
		found := fmt.Sprintf("the free capacity is unknown for %d of %s", len(unknown), subject)
		if disconnected == len(unknown) && e.rule.State == "" {
			found += " (add state: connected to leave out disconnected nodes)"
		}
		return Result{Status: Unknown, Found: found, Nodes: unknown}
	}
	have, enough := compareFree(sum, e.rule.Free)
	status := Broken
	switch {
	case enough:
		status = Holds
	case len(awaiting) > 0:
		return Result{Status: Unknown, Found: subject + awaitingWords(len(awaiting)) + ": " + strings.Join(have, "; "), Nodes: awaiting}
	}
	return Result{Status: status, Found: subject + ": " + strings.Join(have, "; ")}
}

// compareFree returns a text for each resource that is wanted, and whether there is
// enough of all of them.
func compareFree(free, want cluster.Resources) (texts []string, enough bool) {
	enough = true
	add := func(wanted, ok bool, found, limit string) {
		if wanted {
			texts = append(texts, found+" free, wanted at least "+limit)
			enough = enough && ok
		}
	}
	add(want.CPU > 0, millicores(free.CPU) >= want.CPU, cores(free.CPU), cores(want.CPU))
	add(want.Memory > 0, free.Memory >= want.Memory, humanize.IBytes(free.Memory)+" of memory", humanize.IBytes(want.Memory))
	add(want.Disk > 0, free.Disk >= want.Disk, humanize.IBytes(free.Disk)+" of disk", humanize.IBytes(want.Disk))
	add(want.GPU > 0, free.GPU >= want.GPU, fmt.Sprintf("%d GPU", free.GPU), strconv.FormatUint(want.GPU, 10))
	return texts, enough
}

// millicores rounds a number of cores to thousandths, the smallest part of a core
// that a job can ask for: a sum of fractions has rounding errors below that.
func millicores(n float64) float64 { return math.Round(n*1000) / 1000 }

func cores(n float64) string {
	return strconv.FormatFloat(millicores(n), 'f', -1, 64) + " CPU"
}
