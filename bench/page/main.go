// Command page measures how quick the pages of bacviz are in Chromium without a GPU: how long
// a frame takes while one zooms, and how long a page takes to open. It writes a line for each
// page to standard output.
//
//	go run ./bench/page [-width 1440] [-height 900] [-frames 40] [-shots DIR] PAGE.html|URL…
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// zooming zooms in and out around the middle of the stage, and returns how long each frame
// took: from the wheel to the end of the frame after it.
const zooming = `new Promise(async (resolve) => {
	const stage = document.querySelector("#stage");
	const box = stage.getBoundingClientRect();
	const frame = () => new Promise((done) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => done(); c.port2.postMessage(0); }));
	const times = [];
	for (let i = 0; i < FRAMES; i++) {
		await frame();
		const began = performance.now();
		stage.dispatchEvent(new WheelEvent("wheel", {deltaY: (i >> 2) % 2 ? 60 : -60, ctrlKey: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true}));
		await frame();
		times.push(performance.now() - began);
	}
	resolve(times);
})`

func main() {
	log.SetFlags(0)
	width := flag.Int64("width", 1440, "width of the window")
	height := flag.Int64("height", 900, "height of the window")
	frames := flag.Int("frames", 40, "frames to measure")
	scheme := flag.String("scheme", "light", "light or dark; forced-light or forced-dark are the colours that a system forces on pages")
	shots := flag.String("shots", "", "folder for screenshots, in place of measurements")
	script := flag.String("script", "", "JavaScript to run before a screenshot")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("page: error: no page to open; name files that \"bacviz render -f html\" wrote, or addresses of bacviz serve")
	}
	browser, cancel := start()
	defer cancel()
	for _, file := range flag.Args() {
		p := page{browser: browser, file: file, width: *width, height: *height, scheme: *scheme}
		var err error
		if *shots != "" {
			err = p.shoot(*shots, *script)
		} else {
			err = p.measure(*frames)
		}
		if err != nil {
			log.Fatalf("page: error: %s: %v", file, err)
		}
	}
}

func start() (context.Context, context.CancelFunc) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		log.Fatal("page: error: ", err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, cancel
}

// A page is a file to open in a window.
type page struct {
	browser       context.Context
	file          string
	width, height int64
	scheme        string
}

// open opens the page in a tab, and returns how long that took.
func (p *page) open() (context.Context, context.CancelFunc, time.Duration, error) {
	ctx, cancel := chromedp.NewContext(p.browser)
	path, err := filepath.Abs(p.file)
	if err != nil {
		return ctx, cancel, 0, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: p.colours()}); err != nil {
		return ctx, cancel, 0, err
	}
	metrics := emulation.SetDeviceMetricsOverrideParams{Width: p.width, Height: p.height, DeviceScaleFactor: 1, Mobile: p.width < 500}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, metrics); err != nil {
		return ctx, cancel, 0, err
	}
	url := "file://" + path
	if strings.HasPrefix(p.file, "http") {
		url = p.file
	}
	began := time.Now()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		return ctx, cancel, 0, err
	}
	_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise))
	return ctx, cancel, time.Since(began), err
}

// colours returns the media features of the page's colours.
func (p *page) colours() []*emulation.MediaFeature {
	scheme, forced := strings.CutPrefix(p.scheme, "forced-")
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if forced {
		features = append(features, &emulation.MediaFeature{Name: "forced-colors", Value: "active"})
	}
	return features
}

func (p *page) measure(frames int) error {
	ctx, cancel, opened, err := p.open()
	defer cancel()
	if err != nil {
		return err
	}
	if _, err := chromedp.Call(ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		return err
	}
	before, err := busy(ctx)
	if err != nil {
		return err
	}
	times, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](strings.ReplaceAll(zooming, "FRAMES", fmt.Sprint(frames)), chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	after, err := busy(ctx)
	if err != nil {
		return err
	}
	slices.Sort(times)
	at := func(part float64) float64 { return times[min(len(times)-1, int(part*float64(len(times))))] }
	fmt.Printf("%-24s %4d×%-4d opens in %5.0f ms; a frame of zoom: median %4.0f ms, p95 %4.0f ms, most %4.0f ms; %3.0f ms of a processor\n",
		filepath.Base(p.file), p.width, p.height, float64(opened.Microseconds())/1000, at(0.5), at(0.95), at(1), (after-before)*1000/float64(frames))
	return nil
}

// busy returns for how many seconds the page's main thread has run on a processor, whatever
// else the machine does.
func busy(ctx context.Context) (float64, error) {
	metrics, err := chromedp.Call(ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	for _, m := range metrics.Metrics {
		if m.Name == "TaskDuration" {
			return m.Value, nil
		}
	}
	return 0, errors.New("the browser does not say how busy the page is")
}

func (p *page) shoot(folder, script string) error {
	ctx, cancel, _, err := p.open()
	defer cancel()
	if err != nil {
		return err
	}
	if script != "" {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any]("(async () => {"+script+"})().then(() => 0)", chromedp.EvalAwaitPromise)); err != nil {
			return err
		}
	}
	time.Sleep(400 * time.Millisecond)
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(p.file), ".html")
	return os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, p.width, p.scheme)), picture, 0o644)
}
