package cluster

import "math"

// The largest amounts that are read of a node. They are far above what any machine has:
// a larger one is a mistake. Bytes may be any number, since some network file systems
// report 16 EiB.
const (
	MaxCPU   = 1e9 // cores
	MaxCount = 1e9 // devices, or executions
)

// Resources are amounts of capacity. An amount that a node does not report is 0.
type Resources struct {
	CPU    float64 // cores
	Memory uint64  // bytes
	Disk   uint64  // bytes
	GPU    uint64  // number of devices
}

// Plus returns the sum of two amounts, and the largest number where it would be larger.
func (r Resources) Plus(o Resources) Resources {
	more := func(a, b uint64) uint64 { return a + min(b, math.MaxUint64-a) }
	return Resources{
		CPU:    min(r.CPU+o.CPU, math.MaxFloat64),
		Memory: more(r.Memory, o.Memory), Disk: more(r.Disk, o.Disk), GPU: more(r.GPU, o.GPU),
	}
}

// AtMost returns the smaller of two amounts of each resource.
func (r Resources) AtMost(o Resources) Resources {
	return Resources{CPU: min(r.CPU, o.CPU), Memory: min(r.Memory, o.Memory), Disk: min(r.Disk, o.Disk), GPU: min(r.GPU, o.GPU)}
}

// Minus returns the difference of two amounts, and 0 where it would be negative.
func (r Resources) Minus(o Resources) Resources {
	less := func(a, b uint64) uint64 { return a - min(a, b) }
	return Resources{CPU: max(0, r.CPU-o.CPU), Memory: less(r.Memory, o.Memory), Disk: less(r.Disk, o.Disk), GPU: less(r.GPU, o.GPU)}
}
