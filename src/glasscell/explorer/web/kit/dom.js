/** Small helpers that build and change elements. Text is only ever set as textContent. */

const SVG_SPACE = "http://www.w3.org/2000/svg";

/**
 * Set attributes; `text` sets the text, `on` adds listeners; null and false remove an attribute (but aria-… may be
 * false). Nothing is set that is set already, so calling this on every frame costs little.
 * @param {Element} element
 * @param {object} attributes
 * @returns {Element} the same
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

/** Make an HTML element with attributes (see `put`) and children (elements or text). */
export function html(tag, attributes = {}, ...children) {
  const element = put(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

/** Make an SVG element with attributes (see `put`) and children. */
export function svg(tag, attributes = {}, ...children) {
  const element = put(document.createElementNS(SVG_SPACE, tag), attributes);
  element.append(...children);
  return element;
}

/** @returns {HTMLElement} the element of index.html with this id */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Put a part in the place of the page's element with this id, whose id it takes.
 * @param {string} id
 * @param {{element: Element, update: function(object)}} part
 * @returns {{element: Element, update: function(object)}} the same
 */
export function mount(id, part) {
  byId(id).replaceWith(put(part.element, { id }));
  return part;
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
