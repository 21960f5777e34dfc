// Helpers around the document.

/**
 * $ returns the element of page.html with an ID.
 * @param {string} id
 */
export const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * input returns the field of page.html with an ID.
 * @param {string} id
 */
export const input = (id) => /** @type {HTMLInputElement} */ ($(id));

/**
 * targetOf returns the element that an event is about.
 * @param {Event} event
 */
export const targetOf = (event) => /** @type {Element} */ (event.target);

/**
 * all returns the elements in another one that a selector matches.
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {E[]}
 */
export const all = (parent, selector) => [.../** @type {NodeListOf<E>} */ (parent.querySelectorAll(selector))];

/**
 * numberOf returns the value of an attribute that is a number.
 * @param {Element} element
 * @param {string} name
 */
export const numberOf = (element, name) => Number(element.getAttribute(name));

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * make creates an element with properties and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/**
 * draw creates an element of an SVG.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Object<string, string | number>} attributes
 */
export function draw(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
