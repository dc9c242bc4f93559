/** How the page opens: the window is read step by step, then the fan opens from the baseline; until anybody does anything. */

import { wantsStillness } from "../../../explorer/web/kit/dom.js";
import { stopWhenTouched } from "../../../explorer/web/untouched.js";

const READING_SECONDS = 3.5; // for the whole window
const TRANSPORT_SECONDS = 9; // that the transport takes for one
const OPENING_MILLISECONDS = 900;

/** Play once; a reader who prefers stillness sees the end at once. */
export function playOpening(app) {
  if (wantsStillness()) return;
  app.opened = 0;
  app.set({ t: 0, playing: true, speed: TRANSPORT_SECONDS / READING_SECONDS });
  const end = () => {
    app.opened = 1;
    app.set({ speed: 1 });
  };
  stopWhenTouched(app, end);
  let since = null; // the fan begins to open
  const open = (now) => {
    if (app.opened === 1) return;
    if (!app.state.playing) since ??= now;
    const share = since === null ? 0 : Math.min((now - since) / OPENING_MILLISECONDS, 1);
    app.opened = share * share * (3 - 2 * share);
    if (share === 1) return end();
    if (share > 0) app.redraw();
    requestAnimationFrame(open);
  };
  requestAnimationFrame(open);
}
