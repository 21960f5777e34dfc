package cluster_test

import (
	"math"
	"testing"

	"github.com/bacviz/bacviz/cluster"
)

func TestSumsOfAmountsDoNotOverflow(t *testing.T) {
	most := cluster.Resources{CPU: math.MaxFloat64, Memory: math.MaxUint64, Disk: math.MaxUint64 - 1, GPU: math.MaxUint64}
	want := most
	want.Disk = math.MaxUint64
	if got := most.Plus(cluster.Resources{CPU: math.MaxFloat64, Memory: 1, Disk: 2, GPU: math.MaxUint64}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (cluster.Resources{CPU: 1.5, Memory: 1, Disk: 2, GPU: 3}).Plus(cluster.Resources{CPU: 2, Memory: 4, Disk: 5, GPU: 6}); got != (cluster.Resources{CPU: 3.5, Memory: 5, Disk: 7, GPU: 9}) {
		t.Errorf("%+v", got)
	}
}
