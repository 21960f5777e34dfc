package output_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

func TestJSONHasTheRouteOfEachLink(t *testing.T) {
	snap := clustertest.Snapshot(1, clustertest.Options{Nodes: 40, Hubs: 2, Shared: 0.5})
	snap.Jobs = clustertest.Jobs(1, snap, clustertest.JobOptions{Jobs: 2})
	for _, engine := range []string{"rings", "dot", "trays"} {
		d := draw(t, snap, layout.Options{Engine: engine})
		var doc struct {
			Links []struct {
				Source, Target, State string
				Points                [][2]float64
				Trunk                 bool
			}
		}
		if err := json.Unmarshal(write(t, d, "json", output.Options{}), &doc); err != nil {
			t.Fatal(err)
		}
		for i, l := range doc.Links {
			path := d.Lines[i].Path
			ends := [][2]float64{l.Points[0], l.Points[len(l.Points)-1]}
			want := [][2]float64{{path[0].X, path[0].Y}, {path[len(path)-1].X, path[len(path)-1].Y}}
			if !slices.Equal(ends, want) || l.Trunk != (d.Lines[i].Trunk > 0) || l.Trunk != (engine == "trays" && l.State == "") {
				t.Errorf("%s: the link from %s to %s has the route %v, trunk %v", engine, l.Source, l.Target, l.Points, l.Trunk)
			}
		}
	}
}

func TestStraightPiecesFollowTheCurve(t *testing.T) {
	curve := []r2.Vec{{}, {X: 300}, {X: -200, Y: 100}, {X: 100, Y: 100}, {X: 110, Y: 100}, {X: 120, Y: 400}, {X: 0, Y: 300}}
	pieces := layout.Flatten(curve)
	for k := 0; k+3 < len(curve); k += 3 {
		p := curve[k : k+4]
		for i := range 1001 {
			v := float64(i) / 1000
			u := 1 - v
			at := r2.Vec{
				X: u*u*u*p[0].X + 3*u*u*v*p[1].X + 3*u*v*v*p[2].X + v*v*v*p[3].X,
				Y: u*u*u*p[0].Y + 3*u*u*v*p[1].Y + 3*u*v*v*p[2].Y + v*v*v*p[3].Y,
			}
			nearest := math.Inf(1)
			for j := range pieces[1:] {
				nearest = min(nearest, distance(at, pieces[j], pieces[j+1]))
			}
			if nearest > 0.5 {
				t.Fatalf("the curve is %.2f points from the nearest piece at %v", nearest, at)
			}
		}
	}
	if len(pieces) > 80 {
		t.Errorf("%d points for a short curve", len(pieces))
	}
}

// distance returns how far a point is from a straight piece.
func distance(p, a, b r2.Vec) float64 {
	d, q := r2.Sub(b, a), r2.Sub(p, a)
	along := 0.0
	if l := r2.Dot(d, d); l > 0 {
		along = max(0, min(1, r2.Dot(d, q)/l))
	}
	away := r2.Sub(q, r2.Scale(along, d))
	return math.Hypot(away.X, away.Y)
}
