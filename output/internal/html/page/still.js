// A picture whose places Go has chosen: elements, or with many boxes a canvas.

import { data, nodes } from "./nodes.js";
import { elementsMost } from "./flow.js";
import { pictureView } from "./picture.js";
import { paintedView } from "./painted.js";

/**
 * stillView puts an SVG into the stage. Jobs have lines, counts and chips of their own, and
 * are always elements.
 * @param {string} text
 */
export const stillView = (text) => (nodes.length > elementsMost && !data.runs?.length ? paintedView(text) : pictureView(text));
