/** The words of the page's frame: its header, the strip that stays on the screen, messages, in English. */

export const FRAME_EN = {
  "settings": "Language and theme",
  "message.close": "Dismiss",
  "message.read.digit": "Read. The network predicts {answer}.",
  "message.read.series": "Read: {steps} steps. The network predicts {answer}.",
  "message.not": "Not read: {trouble}",
  "maps.closed": "0 closed",
  "maps.open": "1 open",
  "says.network": "predicts {answer}",
  "says.probe": "probe: {answer}",
  "says.step": "y {answer} · target {truth}",
  "says.none": "no prediction yet",
  "says.class": "{name} · {share}",
};
