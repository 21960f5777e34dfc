package trays

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/spatial/r2"

	"github.com/bacviz/bacviz/layout/internal/engine"
)

// packerOf returns a packer for blocks of so many tiles each. Tiles are 10×10 with a gap of 2,
// in blocks without a frame or a heading.
func packerOf(tiles ...int) (*packer, []*block) {
	var blocks []*block
	for id, n := range tiles {
		blocks = append(blocks, &block{id: id, plate: -1, level: 1, tiles: make([]int, n)})
	}
	a := &arrangement{trays: blocks, blocks: len(blocks)}
	return a.newPacker(metrics{font: 8, tileW: 10, tileH: 10, gap: 2}), blocks
}

// Blocks share a row where that makes the sum of the rows' heights smaller: each as a list of
// its columns. A row keeps the order of blocks.
func TestRowsAreAsLowAsTheWidthAllows(t *testing.T) {
	for _, c := range []struct {
		tiles  []int
		width  float64
		want   [][]int // columns of the blocks of each row
		height float64
	}{
		{[]int{4}, 46, [][]int{{4}}, 10},
		{[]int{4}, 22, [][]int{{2}}, 22},
		{[]int{1, 1}, 50, [][]int{{1, 1}}, 10},
		{[]int{1, 1}, 15, [][]int{{1}, {1}}, 10 + 5 + 10},
		{[]int{2, 4}, 60, [][]int{{1, 2}}, 22}, // both two rows high
		{[]int{9, 1}, 60, [][]int{{3, 1}}, 34}, // the large one gets the columns that are left
		{[]int{8, 8}, 100, [][]int{{4, 4}}, 22},
		{[]int{8, 8}, 94, [][]int{{8}, {8}}, 10 + 5 + 10}, // side by side one would have three rows
	} {
		p, blocks := packerOf(c.tiles...)
		rows, height := p.rows(blocks, c.width, 8, 5)
		var got [][]int
		for _, r := range rows {
			var columns []int
			for i, b := range r.blocks {
				columns = append(columns, min(r.columns[i], len(b.tiles)))
			}
			got = append(got, columns)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || height != c.height {
			t.Errorf("%v in %g: %g high, %s", c.tiles, c.width, height, diff)
		}
	}
}

func TestRowsHaveNoRoomForWideBlocks(t *testing.T) {
	p, blocks := packerOf(1, 1)
	if rows, _ := p.rows(blocks, 9, 8, 5); rows != nil {
		t.Errorf("%d rows", len(rows))
	}
}

// sheetOf returns a sheet of a hub and so many boxes that it lists.
func sheetOf(n int) *engine.Sheet {
	s := &engine.Sheet{W: 400, H: 300, Unit: 1, Least: 5, Fair: 7, Most: 18, Hubs: []int{0}}
	s.Heading = func(*engine.Plate) (name, detail, counted float64) { return 5, 0, 0 }
	for i := range n + 1 {
		b := engine.Box{ID: fmt.Sprint(i), Label: &engine.Label{Text: 4, Size: 1}, Hub: i == 0}
		if i > 0 {
			b.Linked, b.Owners = true, []int{0}
			s.Lines = append(s.Lines, engine.Line{From: 0, To: i})
		}
		s.Boxes, s.Order = append(s.Boxes, b), append(s.Order, i)
	}
	return s
}

// Tiles of a list are read down one column, then down the next, in the order of the sheet.
func TestListIsReadDownItsColumns(t *testing.T) {
	s := sheetOf(10)
	s.Order = []int{0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9} // 10 needs attention
	if err := Arrange(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	last := s.Boxes[10].Center
	for _, i := range s.Order[2:] {
		at := s.Boxes[i].Center
		if down, next := at.X == last.X && at.Y > last.Y, at.X > last.X && at.Y == s.Boxes[10].Center.Y; !down && !next {
			t.Errorf("box %d is at %v, after %v", i, at, last)
		}
		last = at
	}
}

// A hub has one trunk to each tray of boxes that it lists, and boxes without an edge stand in
// one without a trunk.
func TestTraysOfHubsAndOfWhatTheyShare(t *testing.T) {
	s := sheetOf(9)
	s.Boxes[1].Hub, s.Boxes[1].Linked, s.Boxes[1].Owners = true, false, nil
	s.Hubs, s.Lines = []int{0, 1}, nil
	for i, owners := range [][]int{2: {0}, 3: {0}, 4: {0, 1}, 5: {1}, 6: {1}, 7: {0, 1}, 8: {0}, 9: {1}} {
		if i < 2 {
			continue
		}
		s.Boxes[i].Owners = owners
		if s.Boxes[i].Linked = i < 8; i < 8 {
			for _, h := range owners {
				s.Lines = append(s.Lines, engine.Line{From: h, To: i})
			}
		}
	}
	if err := Arrange(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	var plates [][]int
	for _, p := range s.Plates {
		plates = append(plates, p.Boxes)
	}
	if diff := cmp.Diff([][]int{{2, 3}, {4, 7}, {5, 6}, {8, 9}}, plates); diff != "" {
		t.Error("boxes of the trays:", diff)
	}
	var trunks [][2]int
	for _, k := range s.Trunks {
		trunks = append(trunks, [2]int{k.From, k.Plate})
	}
	if diff := cmp.Diff([][2]int{{0, 0}, {0, 1}, {1, 1}, {1, 2}}, trunks); diff != "" {
		t.Error("hubs and trays of the trunks:", diff)
	}
}

// The lanes of all hubs keep their distance from what is above and below a gutter, and from
// each other, where text is too small to give them room.
func TestTrunksKeepOffTilesWithoutText(t *testing.T) {
	for lanes := 1; lanes <= 12; lanes++ {
		a := &arrangement{Sheet: sheetOf(1), hubs: true, lanes: lanes}
		p := &packing{metrics: a.bareMetrics(1, 0.01, clearance)}
		g := gutter{bottom: p.rowGap(lanes), lanes: lanes}
		tray := &block{}
		first, last := g.lane(0), g.bottom-g.lane(lanes-1)
		if least := min(first, last, p.side(tray), p.head(tray)); least < clearance-1e-9 {
			t.Errorf("%d lanes: %.2f from the gutter's ends, %.2f in a tray", lanes, min(first, last), min(p.side(tray), p.head(tray)))
		}
	}
}

// A chip goes to the next line where it would leave the room, and none is wider than that.
func TestChipsFlowInLines(t *testing.T) {
	chips := []chip{{w: 30}, {w: 60}, {w: 50}, {w: 200}}
	lines := flow(chips, 100, 10)
	var got []r2.Vec
	for _, c := range chips {
		got = append(got, r2.Vec{X: c.x, Y: c.y})
	}
	line := (chipHeight + chipGap) * 10
	want := []r2.Vec{{}, {X: 30 + chipGap*10}, {Y: line}, {Y: 2 * line}}
	if diff := cmp.Diff(want, got); diff != "" || lines != 3 || chips[3].w != 100 {
		t.Errorf("%d lines, the last chip %g wide, %s", lines, chips[3].w, diff)
	}
}
