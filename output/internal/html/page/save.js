// Files of what is seen: the picture as SVG or PNG, the nodes as CSV; and the link.

import { $, all, make } from "./dom.js";
import { nodes, stage } from "./nodes.js";
import { view } from "./view.js";
import { copy } from "./copy.js";
import { csvOf } from "./csv.js";
import { SvgPen } from "./svgpen.js";
import { inTable, listedNodes } from "./table.js";
import { linkNow } from "./link.js";

const mostPixels = 64e6; // of a PNG; browsers refuse more than some 100 million
const longestSide = 16000;

/**
 * save offers a file.
 * @param {string} extension
 * @param {Blob} blob
 */
function save(extension, blob) {
  const link = make("a", { href: URL.createObjectURL(blob), download: fileName() + "." + extension });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  $("save").hidePopover();
}

/** fileName returns the title of the page as the name of a file. */
const fileName = () => document.title.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "network";

/** pictureText returns the picture as SVG. */
export function pictureText() {
  const sheet = view.sheet?.();
  if (!sheet) return elementsText();
  const pen = new SvgPen(/** @type {CanvasRenderingContext2D} */ (make("canvas", {}).getContext("2d")));
  sheet.paint(pen);
  return pen.text(sheet.width, sheet.height, document.title);
}

/** elementsText returns the picture of elements, without what the page has added. */
function elementsText() {
  const svg = view.elements?.() ?? /** @type {SVGSVGElement} */ (/** @type {Element} */ (stage.querySelector("svg")).cloneNode(true));
  svg.removeAttribute("style");
  svg.setAttribute("role", "img");
  for (const element of all(svg, ".ring, .lit, .names, .run.out, .trunk.out, .chip.out, .count.out")) element.remove();
  for (const element of all(svg, ".node")) {
    for (const name of ["tabindex", "role", "aria-label", "aria-selected", "aria-hidden"]) element.removeAttribute(name);
    if (element.classList.contains("out")) element.setAttribute("opacity", "0.14");
  }
  return new XMLSerializer().serializeToString(svg);
}

/** @returns {Promise<Blob>} */
async function pictureImage() {
  const sheet = view.sheet?.() ?? await imageSheet();
  const scale = Math.min(2, longestSide / sheet.width, longestSide / sheet.height, Math.sqrt(mostPixels / sheet.width / sheet.height));
  const canvas = make("canvas", { width: Math.round(sheet.width * scale), height: Math.round(sheet.height * scale) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  sheet.paint(context);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large"))), "image/png"));
}

/**
 * imageSheet returns the picture of elements as an image.
 * @returns {Promise<import("./paper.js").Sheet>}
 */
async function imageSheet() {
  const image = make("img", { src: "data:image/svg+xml;charset=utf-8," + encodeURIComponent(elementsText()) });
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  return { width, height, paint: (pen) => { if (!(pen instanceof SvgPen)) pen.drawImage(image, 0, 0, width, height); } };
}

$("save-svg").addEventListener("click", () => save("svg", new Blob([pictureText()], { type: "image/svg+xml" })));
$("save-png").addEventListener("click", async () => {
  try {
    save("png", await pictureImage());
  } catch {
    $("save-png").textContent = "No PNG: too large";
  }
});
$("save-csv").addEventListener("click", () => {
  const seen = inTable() ? listedNodes() : nodes.filter((node) => node.shown);
  save("csv", new Blob([csvOf(seen)], { type: "text/csv" }));
});
$("copy-link").addEventListener("click", () => copy($("copy-link"), linkNow()));
$("copy-found").addEventListener("click", () => {
  const seen = inTable() ? listedNodes() : nodes.filter((node) => node.shown);
  copy($("copy-found"), seen.map((node) => node.id).join("\n"));
});
