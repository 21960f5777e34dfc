package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// This file has what hands do: on keys, with a pointer, on a screen that takes touches.

// Press strikes keys one by one, as a keyboard does: the text of a key comes with
// it, so that a page that takes the key gets no text.
func (p *Tab) Press(keys string) {
	p.Helper()
	for _, r := range keys {
		for _, k := range kb.Encode(r) {
			if k.Type == kb.KeyChar {
				continue
			}
			if key := kb.Keys[r]; key != nil && key.Print && k.Type == kb.KeyDown {
				k.Text = key.Text
			}
			Call(p, input.DispatchKeyEvent, *k)
		}
	}
}

// PressWith strikes a key while others are held: bits of the browser's protocol.
func (p *Tab) PressWith(key string, held int64) {
	p.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		Call(p, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Modifiers: held})
	}
}

// Click presses the middle of an element with the pointer.
func (p *Tab) Click(selector string) {
	p.Helper()
	x, y := p.Middle(selector)
	p.Do(chromedp.MouseClickXY(x, y))
}

// ClickWith clicks while keys are held: bits of the browser's protocol.
func (p *Tab) ClickWith(selector string, held int64) {
	p.Helper()
	x, y := p.Middle(selector)
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		Call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1, Modifiers: held})
	}
}

// Middle returns where the middle of an element is in the window. What is not in the
// picture is scrolled into view first.
func (p *Tab) Middle(selector string) (x, y float64) {
	p.Helper()
	at := Eval[[]float64](p, fmt.Sprintf(`(() => {
		const element = document.querySelector(%q);
		if (!element.closest("#stage")) element.scrollIntoView({block: "nearest", inline: "nearest"});
		const box = element.getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`, selector))
	return at[0], at[1]
}

// Wheel turns the wheel of the pointer at a place in the window.
func (p *Tab) Wheel(x, y, by float64) {
	p.Helper()
	Call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1e-6, DeltaY: by}) // a zero would be left out
}

// Touch puts fingers on the screen, moves them or takes them off.
func (p *Tab) Touch(kind input.DispatchTouchEventType, at ...image.Point) {
	p.Helper()
	points := []*input.TouchPoint{}
	for i, a := range at {
		id := float64(i)
		points = append(points, &input.TouchPoint{X: float64(a.X), Y: float64(a.Y), ID: &id})
	}
	Call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
}

// Phone is what Chromium takes the tab for from then on: its own window is never
// narrower than 500 pixels.
func (p *Tab) Phone(width, height int64) {
	p.Helper()
	Call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 2, Mobile: true})
	Call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	p.Becomes(fmt.Sprintf("innerWidth === %d && innerHeight === %d", width, height))
}

// Screenshot returns what the window shows.
func (p *Tab) Screenshot() image.Image {
	p.Helper()
	text, err := chromedp.Run(p.Ctx, chromedp.CaptureScreenshot())
	p.Must(err)
	img, err := png.Decode(bytes.NewReader(text))
	p.Must(err)
	return img
}

// Print returns the page on paper, as a PDF.
func (p *Tab) Print() []byte {
	p.Helper()
	pdf, err := chromedp.Run(p.Ctx, chromedp.PrintToPDF())
	p.Must(err)
	return pdf
}
