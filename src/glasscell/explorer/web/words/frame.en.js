/** The words of the page's frame: its header, the strip that stays on the screen, messages, in English. */

export const FRAME_EN = {
  "settings": "Language and theme",
  "message.close": "Dismiss",
  "message.read.digit": "Read. The network says {answer}.",
  "message.read.series": "Read: {steps} steps. The network says {answer}.",
  "message.not": "Not read: {trouble}",
  "maps.closed": "0 closed",
  "maps.open": "1 open",
  "says.network": "says {answer}",
  "says.probe": "probe: {answer}",
  "says.step": "y {answer} · asked {truth}",
  "says.none": "no answer yet",
  "says.class": "{name} · {share}",
};
