/** Errors that the page can put into words. */

/** Make an Error with a code, which the page puts into words; the message is for readers of the console. */
export function problem(code, message, more = {}) {
  return Object.assign(new Error(message), { code, ...more });
}
