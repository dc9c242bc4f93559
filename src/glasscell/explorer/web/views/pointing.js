/** An equation and its part of the diagram: where the reader points at one, or focuses it, both are lit. */

/** @param {Element} card in which all that belongs to z, i, f, o, c or h has its letter as data-of */
export function lightTogether(card) {
  const at = { pointer: undefined, focus: undefined };
  const show = () => {
    const letter = at.pointer ?? at.focus;
    for (const one of /** @type {NodeListOf<SVGElement>} */ (card.querySelectorAll("[data-of]"))) one.classList.toggle("is-lit", one.dataset.of === letter);
  };
  const listen = (event, source, letterOf) => card.addEventListener(event, ({ target }) => {
    at[source] = letterOf(target);
    show();
  });
  const letterAt = (target) => target.closest("[data-of]")?.dataset.of;
  listen("pointerover", "pointer", letterAt);
  listen("pointerleave", "pointer", () => undefined);
  listen("focusin", "focus", letterAt);
  listen("focusout", "focus", () => undefined);
}
