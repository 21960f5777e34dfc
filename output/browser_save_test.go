package output_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"

	"github.com/bacviz/bacviz/graph"
	"github.com/bacviz/bacviz/internal/browsertest"
	"github.com/bacviz/bacviz/output"
)

// saved clicks on a button of the menu, and returns the file that the page offers.
func saved(p *browsertest.Tab, dir, button string) []byte {
	p.Helper()
	browsertest.Call(p, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
	p.Click("#show-save")
	p.Click(button)
	pattern := filepath.Join(dir, "*."+strings.TrimPrefix(button, "#save-"))
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if files, _ := filepath.Glob(pattern); len(files) == 1 {
			if text, err := os.ReadFile(files[0]); err == nil && len(text) > 0 {
				return text
			}
		}
	}
	p.Fatalf("%s saved no file", button)
	return nil
}

func TestBrowserSavesWhatIsSeen(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	for _, engine := range []string{"trays", "rings"} {
		t.Run(engine, func(t *testing.T) { // one after the other: the browser has one folder for files
			p := browsertest.OpenFiles(t, browsertest.Laptop, pageBy(t, engine, states(12), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
			dir := t.TempDir()
			p.Press("/state:connected")
			p.Becomes(status + `.includes(" of 13 ")`)
			ids := browsertest.Eval[[]string](p, `JSON.parse(document.querySelector("#data").textContent).nodes.id`)

			rows, err := csv.NewReader(bytes.NewReader(saved(p, dir, "#save-csv"))).ReadAll()
			p.Must(err)
			if want := browsertest.Eval[string](p, status); !strings.HasPrefix(want, strconv.Itoa(len(rows)-1)+" of") || rows[0][0] != "id" || !slices.Contains(ids, rows[1][0]) {
				t.Errorf("%d rows for %q: %q", len(rows), want, rows)
			}

			picture := saved(p, dir, "#save-svg")
			names := 0
			for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				p.Must(err)
				if text, ok := token.(xml.CharData); ok && strings.HasPrefix(string(text), "node-00") {
					names++
				}
			}
			if names < 12 || !bytes.Contains(picture, []byte("eu-west-1")) || !bytes.Contains(picture, []byte(`opacity="0.14"`)) {
				t.Errorf("%d names in\n%.2000s", names, picture)
			}

			img, err := png.Decode(bytes.NewReader(saved(p, dir, "#save-png")))
			p.Must(err)
			colors := make(map[any]bool)
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					colors[img.At(x, y)] = true
				}
			}
			if img.Bounds().Dx() < 1000 || len(colors) < 20 {
				t.Errorf("a PNG of %v has %d colours", img.Bounds(), len(colors))
			}
			p.Quiet()
		})
	}
}
