/** Small helpers that build and change elements. Text is only ever set as textContent. */

const SVG_SPACE = "http://www.w3.org/2000/svg";

/**
 * Set attributes; `text` sets the text, `on` adds listeners; null and false remove an attribute (but aria-… may be
 * false). Nothing is set that is set already, so calling this on every frame costs little.
 * @template {Element} E
 * @param {E} element
 * @param {Object<string, any>} attributes
 * @returns {E} the same
 */
export function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") {
      if (element.textContent !== String(value)) element.textContent = value;
    } else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) {
      element.removeAttribute(name);
    } else {
      const text = value === true && !name.startsWith("aria-") ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
  return element;
}

const SMALL_PIXELS = 13;

/** @returns {number} how much larger the smallest letters are than on a reader's own screen: presented to a room they are */
export function typeScale() {
  return parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--small")) / SMALL_PIXELS || 1;
}

/**
 * Make an HTML element with attributes (see `put`) and children (elements or text).
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Object<string, any>} attributes
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes = {}, ...children) {
  const element = put(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

/**
 * Make an SVG element with attributes (see `put`) and children.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Object<string, any>} attributes
 * @param {...(Node|string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = put(document.createElementNS(SVG_SPACE, tag), attributes);
  element.append(...children);
  return element;
}

/**
 * @template {string} Id
 * @param {Id} id
 * @returns {Id extends keyof PageElements ? PageElements[Id] : HTMLElement} the element of index.html with this id
 */
export function byId(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/**
 * Put a part in the place of the page's element with this id, whose id it takes.
 * @param {string} id
 * @param {Part} part
 * @returns {Part} the same
 */
export function mount(id, part) {
  byId(id).replaceWith(put(part.element, { id }));
  return part;
}

/** Follow a pointer that is pressed on an element, wherever it goes; `begin` returns false where nothing begins. */
export function dragging(element, begin, move) {
  element.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && begin(event) !== false) element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) move(event);
  });
}

/** Track an element's width in CSS pixels, without measuring the layout on every frame. */
export function watchWidth(element, changed) {
  const size = { width: Math.round(element.clientWidth) || 300 };
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width > 0 && width !== size.width) {
      size.width = width;
      changed();
    }
  }).observe(element);
  return size;
}

/** @returns {(...key: any[]) => boolean} whether anything of a key is not what it was at the last call: draw again */
export function changeOfKey() {
  let known = null;
  return (...key) => {
    const isNew = known === null || key.some((part, n) => part !== known[n]);
    known = key;
    return isNew;
  };
}

/** @returns {boolean} whether the reader prefers less motion */
export function wantsStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Hand a file to the reader. */
export function download(name, blob) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
