// Explorer and essay in their frames: they get the site's theme, and as much height as they need.
const SPARE = 3; // pixels: one that is lost in rounding would scroll in the frame, and take the wheel
const root = document.documentElement;
const frames = () => [...document.querySelectorAll("iframe")];
const tellTheme = (frame) => frame.contentWindow?.postMessage({ theme: root.dataset.theme }, "*");

addEventListener("message", ({ source, data }) => {
  const frame = frames().find(({ contentWindow }) => contentWindow === source);
  if (!frame || !Number.isFinite(data?.height)) return;
  const borders = frame.offsetHeight - frame.clientHeight;
  frame.style.height = `${data.height + borders + SPARE}px`;
  tellTheme(frame); // it listens now
});
new MutationObserver(() => frames().forEach(tellTheme)).observe(root, { attributeFilter: ["data-theme"] });
