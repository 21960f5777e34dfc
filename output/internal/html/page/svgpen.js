// A pen that writes SVG: the part of a canvas's context that tiles are painted with.

/**
 * A Pen is what tiles are painted with: a canvas's context, or an SvgPen.
 * @typedef {CanvasRenderingContext2D | SvgPen} Pen
 */

/**
 * escapeXML returns a text for XML.
 * @param {string} text
 */
const escapeXML = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const short = (/** @type {number} */ x) => String(Math.round(x * 100) / 100);

export class SvgPen {
  globalAlpha = 1;
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  lineCap = "butt";
  font = "10px sans-serif";
  textBaseline = "middle";
  textAlign = "left";

  /** @type {string[]} */
  #parts = [];
  #path = "";
  /** @type {number[]} */
  #dash = [];
  #transform = "";
  /** @type {{transform: string, lineWidth: number, lineCap: string}[]} */
  #saved = [];
  #ruler;

  /** @param {{font: string, measureText: (text: string) => {width: number}}} ruler measures texts */
  constructor(ruler) {
    this.#ruler = ruler;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.#dash = dash;
  }

  beginPath() {
    this.#path = "";
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  rect(x, y, w, h) {
    this.#path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {number} radius
   */
  roundRect(x, y, w, h, radius) {
    const r = Math.max(0, Math.min(radius, w / 2, h / 2));
    const arc = (/** @type {number} */ dx, /** @type {number} */ dy) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.#path += `M${short(x + r)} ${short(y)}h${short(w - 2 * r)}${arc(r, r)}v${short(h - 2 * r)}${arc(-r, r)}h${short(2 * r - w)}${arc(-r, -r)}v${short(2 * r - h)}${arc(r, -r)}z`;
  }

  /** @param {string} [path] */
  fill(path) {
    this.#write(path, `fill="${escapeXML(this.fillStyle)}"`);
  }

  /** @param {string} [path] */
  stroke(path) {
    const dash = this.#dash.length ? ` stroke-dasharray="${this.#dash.map(short).join(" ")}"` : "";
    const cap = this.lineCap === "butt" ? "" : ` stroke-linecap="${escapeXML(this.lineCap)}"`;
    this.#write(path, `fill="none" stroke="${escapeXML(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}"${dash}${cap}`);
  }

  /**
   * @param {string | undefined} path
   * @param {string} look
   */
  #write(path = this.#path, look) {
    if (path) this.#parts.push(`<path d="${escapeXML(path)}" ${look}${this.#common()}/>`);
  }

  #common() {
    return (this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : "") + (this.#transform ? ` transform="${this.#transform}"` : "");
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  fillText(text, x, y) {
    const [, bold, size, family] = /^(bold )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const look = `font-family="${escapeXML(family)}" font-size="${size}"${bold ? ' font-weight="bold"' : ""} fill="${escapeXML(this.fillStyle)}"`;
    const anchor = this.textAlign === "right" ? ' text-anchor="end"' : "";
    const length = `textLength="${short(this.measureText(text).width)}" lengthAdjust="spacingAndGlyphs"`; // fonts differ
    this.#parts.push(`<text x="${short(x)}" y="${short(y + 0.35 * Number(size))}" ${length} ${look}${anchor}${this.#common()}>${escapeXML(text)}</text>`);
  }

  /** @param {string} text */
  measureText(text) {
    this.#ruler.font = this.font;
    return this.#ruler.measureText(text);
  }

  save() {
    this.#saved.push({ transform: this.#transform, lineWidth: this.lineWidth, lineCap: this.lineCap });
  }

  restore() {
    const { transform, ...line } = this.#saved.pop() ?? { transform: "", lineWidth: 1, lineCap: "butt" };
    this.#transform = transform;
    Object.assign(this, line);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  translate(x, y) {
    this.#transform += `translate(${short(x)} ${short(y)})`;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  scale(x, y) {
    this.#transform += `scale(${short(x)} ${short(y)})`;
  }

  /**
   * text returns a document of what was painted.
   * @param {number} width
   * @param {number} height
   * @param {string} title
   */
  text(width, height, title) {
    const [w, h] = [short(width), short(height)];
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img"><title>${escapeXML(title)}</title>\n${this.#parts.join("\n")}\n</svg>\n`;
  }
}
