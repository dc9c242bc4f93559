/** A page in a frame of another one: it follows the other's theme, and tells it its height, so that nothing scrolls twice. */

const THEMES = ["light", "dark"];
let followed = ""; // the last theme of the page around; what the reader chooses here stays until it changes

/**
 * @param {(theme: string) => void} onTheme called with the theme of the page around this one, whenever it changes
 * @param {AbortSignal} [signal] ends it
 */
export function followFrame(onTheme, signal) {
  if (window === window.parent) return;
  addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !THEMES.includes(data?.theme) || data.theme === followed) return;
    followed = data.theme;
    onTheme(followed);
  }, { signal });
  const heights = new ResizeObserver(() => {
    window.parent.postMessage({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
  });
  heights.observe(document.documentElement);
  signal?.addEventListener("abort", () => heights.disconnect());
}
