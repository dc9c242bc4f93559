/** What goes wrong in a way that the page has words for. */

/** Make an Error with a code, which the page puts into words; the message is for those who read the console. */
export function problem(code, message, more = {}) {
  return Object.assign(new Error(message), { code, ...more });
}
