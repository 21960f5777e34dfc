package output_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	_, embedded, _ := strings.Cut(page.String(), `id="data">`)
	embedded, _, _ = strings.Cut(embedded, "</script>")
	var have, want map[string]any
	if err := errors.Join(json.Unmarshal([]byte(embedded), &have), json.Unmarshal(data.Bytes(), &want)); err != nil {
		t.Fatal(err)
	}
	delete(want, "words") // which the page has already
	if diff := cmp.Diff(want, have); diff != "" || !strings.Contains(page.String(), "connect-src 'self'") {
		t.Errorf("the page does not embed its data, or may not ask for more: %s", diff)
	}
	if strings.Contains(file.String(), `"live":`) || strings.Contains(file.String(), "connect-src") {
		t.Error("a file asks a server")
	}
}
