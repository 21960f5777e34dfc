import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../csv.js";
import { SvgPen } from "../svgpen.js";

const node = (/** @type {any} */ facts) => ({ id: "n", label: "n", role: "compute", labels: {}, engines: [], ...facts });

test("CSV has the columns of bacviz nodes, and nothing where nothing is known", () => {
  assert.equal(csvOf([node({ state: "connected", cpu: 4, free: { cpu: 0 }, labels: { b: "2", a: "1" }, engines: ["docker", "wasm"] }), node({ job: true })]),
    "id,short_id,role,type,state,membership,labels,engines,cpu_free,cpu_total,memory_free,memory_total,disk_free,disk_total,gpu_free,gpu_total,running,queued,version\n"
    + 'n,n,compute,Compute,connected,,"a=1,b=2","docker,wasm",0,4,,,,,,,,,\n');
});

test("CSV has no formulas, and no cell ends early", () => {
  const [, line] = csvOf([node({ id: '=HYPERLINK("http://x")', label: "a,b", version: "-1", role: "@SUM(A1)", membership: "'=x" })]).split("\n");
  assert.equal(line, `"'=HYPERLINK(""http://x"")","a,b",'@SUM(A1),Compute,,''=x,,,,,,,,,,,,,-1`);
});

test("labels that would be read back as others are JSON", () => {
  const [, line] = csvOf([node({ labels: { a: "1,b=2" } })]).split("\n");
  assert.match(line, /,"\{""a"":""1,b=2""\}",/);
});

test("a pen writes what was painted, and no text ends an element", () => {
  const pen = new SvgPen({ font: "", measureText: (text) => ({ width: text.length }) });
  pen.fillStyle = "#123456";
  pen.beginPath();
  pen.rect(1, 2, 3, 4);
  pen.fill();
  pen.save();
  pen.translate(5, 6);
  pen.globalAlpha = 0.5;
  pen.font = 'bold 12px "A", sans-serif';
  pen.fillText('</text><script>"&\u0001', 0, 0);
  pen.restore();
  pen.setLineDash([2, 1]);
  pen.stroke("M0 0h1");
  assert.equal(pen.text(10, 20, "<t>"), `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20" viewBox="0 0 10 20" role="img"><title>&lt;t&gt;</title>
<path d="M1 2h3v4h-3z" fill="#123456"/>
<text x="0" y="4.2" textLength="18" lengthAdjust="spacingAndGlyphs" font-family="&quot;A&quot;, sans-serif" font-size="12" font-weight="bold" fill="#123456" opacity="0.5" transform="translate(5 6)">&lt;/text&gt;&lt;script&gt;&quot;&amp;\ufffd</text>
<path d="M0 0h1" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="2 1" opacity="0.5"/>
</svg>
`);
});
