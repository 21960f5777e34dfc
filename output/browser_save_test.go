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
	"github.com/bacviz/bacviz/output"
)

// saved clicks on a button of the menu, and returns the file that the page offers.
func (p *tab) saved(dir, button string) []byte {
	p.Helper()
	call(p, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
	p.click("#show-save")
	p.click(button)
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
	chrome := chromium(t)
	for _, engine := range []string{"trays", "rings"} {
		t.Run(engine, func(t *testing.T) { // one after the other: the browser has one folder for files
			p := open(t, chrome, laptop, pageBy(t, engine, states(12), graph.Options{GroupBy: []string{"region"}}, output.Options{}))
			dir := t.TempDir()
			p.press("/state:connected")
			p.becomes(status + `.includes(" of 13 ")`)
			ids := eval[[]string](p, `JSON.parse(document.querySelector("#data").textContent).nodes.id`)

			rows, err := csv.NewReader(bytes.NewReader(p.saved(dir, "#save-csv"))).ReadAll()
			p.must(err)
			if want := eval[string](p, status); !strings.HasPrefix(want, strconv.Itoa(len(rows)-1)+" of") || rows[0][0] != "id" || !slices.Contains(ids, rows[1][0]) {
				t.Errorf("%d rows for %q: %q", len(rows), want, rows)
			}

			picture := p.saved(dir, "#save-svg")
			names := 0
			for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				p.must(err)
				if text, ok := token.(xml.CharData); ok && strings.HasPrefix(string(text), "node-00") {
					names++
				}
			}
			if names < 12 || !bytes.Contains(picture, []byte("eu-west-1")) || !bytes.Contains(picture, []byte(`opacity="0.14"`)) {
				t.Errorf("%d names in\n%.2000s", names, picture)
			}

			img, err := png.Decode(bytes.NewReader(p.saved(dir, "#save-png")))
			p.must(err)
			colors := make(map[any]bool)
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					colors[img.At(x, y)] = true
				}
			}
			if img.Bounds().Dx() < 1000 || len(colors) < 20 {
				t.Errorf("a PNG of %v has %d colours", img.Bounds(), len(colors))
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.trouble) > 0 {
				t.Errorf("the page complained: %q", p.trouble)
			}
		})
	}
}
