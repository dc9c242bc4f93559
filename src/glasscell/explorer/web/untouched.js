/** A page that has opened by itself plays until somebody does anything. */

/** Let what plays stop, and `end` be called, with the first key, press, turn of the wheel or file. */
export function stopWhenTouched(app, end = () => {}) {
  app.isUntouched = true;
  const begun = new AbortController();
  const stop = (/** @type {any} */ { target, key }) => {
    begun.abort();
    app.isUntouched = false;
    const isPlay = key === " " || target.closest?.("#transport .primary"); // stops it by itself
    if (!isPlay) app.set({ playing: false });
    end();
  };
  for (const name of ["pointerdown", "keydown", "wheel", "drop"]) {
    addEventListener(name, stop, { signal: begun.signal, capture: true, passive: true });
  }
}
