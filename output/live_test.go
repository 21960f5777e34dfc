package output_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bacviz/bacviz/internal/clustertest"
	"github.com/bacviz/bacviz/layout"
	"github.com/bacviz/bacviz/output"
)

// A page that is served holds the addresses of its server and may ask it; a file may ask
// nobody. PageData is what the page embeds.
func TestPageIsLiveOnlyWhereItIsServed(t *testing.T) {
	d := draw(t, clustertest.Snapshot(1, clustertest.Options{Nodes: 9}), layout.Options{})
	live := &output.Live{Events: "api/events?from=r-3", Page: "api/page", Seq: 3, At: time.Unix(1e9, 0).UTC()}
	var page, data, file bytes.Buffer
	if err := output.Page(t.Context(), &page, d, output.Options{}, output.PageOptions{Live: live}); err != nil {
		t.Fatal(err)
	}
	if err := output.PageData(t.Context(), &data, d, output.Options{}, output.PageOptions{Live: live}); err != nil {
		t.Fatal(err)
	}
	if err := output.Write(t.Context(), &file, d, "html", output.Options{}); err != nil {
		t.Fatal(err)
	}
	var document struct{ Live *output.Live }
	if err := json.Unmarshal(data.Bytes(), &document); err != nil || *document.Live != *live {
		t.Errorf("%+v, %v", document.Live, err)
	}
	same, _, ok := strings.Cut(data.String(), `,"words":`) // the page has these already
	if !ok || !strings.Contains(page.String(), `id="data">`+same+"}</script>") || !strings.Contains(page.String(), "connect-src 'self'") {
		t.Error("the page does not embed its data, or may not ask for more")
	}
	if strings.Contains(file.String(), `"live":`) || strings.Contains(file.String(), "connect-src") {
		t.Error("a file asks a server")
	}
}
