package main

// This file draws the networks of the comparison with other programs: Graphviz, networkx
// and Mermaid. Every version of these draws different pictures, so they are drawn once
// (go run . -others) and kept, and CI leaves them alone.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/image/draw"

	"github.com/bacviz/bacviz/cluster"
	"github.com/bacviz/bacviz/diagram"
	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/clustertest"
)

// The size of a picture of the comparison in pixels: about the width of one on GitHub.
const (
	otherWidth  = 840
	otherHeight = 560
)

// An other is a picture of the comparison that another program draws.
type other struct {
	name string // of the file, without its extension
	list picture
	draw func(fig *diagram.Diagram, list cluster.List) (image.Image, error)
}

// compared returns the networks of the comparison, as bacviz draws them by default.
func compared() []picture {
	groups := graph.Options{GroupBy: []string{"region"}}
	return []picture{
		{name: "beside-60", cluster: faulty(60), scale: 0.7},
		{name: "beside-200", cluster: faulty(200), scale: 0.7},
		{name: "beside-groups", cluster: faulty(200), graph: groups, scale: 0.7},
	}
}

// others returns the pictures of the comparison that other programs draw, those that can be
// read and one that cannot.
func others() []other {
	all := compared()
	small, large, groups := all[0], all[1], all[2]
	return []other{
		{small.name + "-twopi", small, graphviz("twopi")},
		{small.name + "-neato", small, graphviz("neato")},
		{small.name + "-networkx", small, networkx},
		{small.name + "-mermaid", small, mermaid},
		{large.name + "-sfdp", large, graphviz("sfdp")},
		{large.name + "-networkx", large, networkx},
		{groups.name + "-fdp", groups, graphviz("fdp")},
		{groups.name + "-osage", groups, graphviz("osage")},
	}
}

// drawOthers draws the pictures of other programs into a folder.
func drawOthers(dir string) error {
	for _, o := range others() {
		list := clustertest.Cluster(seed, o.list.cluster)[0]
		topo, err := graph.Build(context.Background(), cluster.Merge(list), o.list.graph)
		if err != nil {
			return err
		}
		fig, err := diagram.New(context.Background(), topo, diagram.Options{})
		if err != nil {
			return err
		}
		img, err := o.draw(fig, list)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, fit(img), &jpeg.Options{Quality: 80}); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, o.name+".jpg"), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// fit returns a picture on a white page of the comparison's size, as large as it fits.
func fit(img image.Image) image.Image {
	w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	f := min(otherWidth/w, otherHeight/h)
	size := image.Pt(int(w*f), int(h*f))
	page := image.NewRGBA(image.Rect(0, 0, otherWidth, otherHeight))
	draw.Draw(page, page.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	corner := image.Pt((otherWidth-size.X)/2, (otherHeight-size.Y)/2)
	draw.CatmullRom.Scale(page, image.Rectangle{Min: corner, Max: corner.Add(size)}, img, img.Bounds(), draw.Over, nil)
	return page
}

// graphviz returns a function that has an engine of Graphviz draw a graph with the
// attributes that one would write by hand.
func graphviz(engine string) func(*diagram.Diagram, cluster.List) (image.Image, error) {
	return func(fig *diagram.Diagram, _ cluster.List) (image.Image, error) {
		var b strings.Builder
		b.WriteString("graph {\noverlap=false\nnode [shape=box style=\"rounded,filled\" fillcolor=skyblue fontname=Helvetica]\n")
		for i, nodes := range byGroup(fig) {
			if i > 0 {
				fmt.Fprintf(&b, "subgraph cluster_%d {\nlabel=%q\n", i, fig.Nodes[nodes[0]].Path()[0])
			}
			for _, k := range nodes {
				more := ""
				if fig.Nodes[k].Hub {
					more = " fillcolor=orange"
				}
				fmt.Fprintf(&b, "n%d [label=%q%s]\n", k, fig.Nodes[k].Label, more)
			}
			if i > 0 {
				b.WriteString("}\n")
			}
		}
		for _, e := range fig.Edges {
			fmt.Fprintf(&b, "n%d -- n%d\n", e.From, e.To)
		}
		b.WriteString("}\n")
		cmd := exec.Command(engine, "-Tpng", "-Gdpi=192", fmt.Sprintf("-Gsize=%.2f,%.2f", otherWidth/96., otherHeight/96.))
		cmd.Stdin = strings.NewReader(b.String())
		return decode(cmd.Output())
	}
}

// byGroup returns the nodes without a group, and those of each group.
func byGroup(fig *diagram.Diagram) [][]int {
	all := make([][]int, 1+len(fig.Groups))
	for i := range fig.Nodes {
		g := 0
		if path := fig.Nodes[i].Path(); len(path) > 0 {
			g = 1 + fig.GroupIndex(path)
		}
		all[g] = append(all[g], i)
	}
	return all
}

// mermaid has Mermaid draw a flowchart in a browser, as on a Markdown page.
func mermaid(fig *diagram.Diagram, _ cluster.List) (image.Image, error) {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for i, nodes := range byGroup(fig) {
		if i > 0 {
			fmt.Fprintf(&b, "subgraph %s\n", fig.Nodes[nodes[0]].Path()[0])
		}
		for _, k := range nodes {
			fmt.Fprintf(&b, "n%d[%s]\n", k, fig.Nodes[k].Label)
		}
		if i > 0 {
			b.WriteString("end\n")
		}
	}
	for _, e := range fig.Edges {
		fmt.Fprintf(&b, "n%d --- n%d\n", e.From, e.To)
	}
	text, err := json.Marshal(b.String())
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "gallery")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	script, err := filepath.Abs("../tools/mermaid/node_modules/mermaid/dist/mermaid.min.js")
	if err != nil {
		return nil, err
	}
	page := fmt.Sprintf(`<!DOCTYPE html><style>body{margin:0}svg{width:%dpx!important;max-width:none!important;max-height:%dpx;display:block}</style><div id="d"></div>
<script src="file://%s"></script><script>mermaid.initialize({startOnLoad:false});mermaid.render("m",%s).then(r=>{document.getElementById("d").innerHTML=r.svg})</script>`,
		otherWidth, otherHeight, script, text)
	file, picture := filepath.Join(dir, "page.html"), filepath.Join(dir, "picture.png")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
		"--virtual-time-budget=60000", fmt.Sprintf("--window-size=%d,%d", otherWidth, otherHeight), "--screenshot="+picture, "file://"+file)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	return decode(os.ReadFile(picture))
}

// networkx has the script that bacviz replaces draw the list.
func networkx(_ *diagram.Diagram, nodes cluster.List) (image.Image, error) {
	dir, err := os.MkdirTemp("", "gallery")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var list bytes.Buffer
	if err := clustertest.WriteList(&list, nodes, "v1.9.3"); err != nil {
		return nil, err
	}
	file, picture := filepath.Join(dir, "nodes.json"), filepath.Join(dir, "picture.png")
	if err := os.WriteFile(file, list.Bytes(), 0o600); err != nil {
		return nil, err
	}
	// Debian's, which has the modules.
	if text, err := exec.Command("/usr/bin/python3", filepath.Join("..", "..", "bench", "topology.py"), file, picture).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	return decode(os.ReadFile(picture))
}

func decode(text []byte, err error) (image.Image, error) {
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(text))
}
