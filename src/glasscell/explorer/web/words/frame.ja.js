/** The words of the page's frame: its header, the strip that stays on the screen, messages, in Japanese. */

export const FRAME_JA = {
  "settings": "言語と配色",
  "message.close": "閉じる",
  "message.read.digit": "読み込みました。ネットワークの予測は{answer}です。",
  "message.read.series": "{steps}ステップを読み込みました。ネットワークの予測は{answer}です。",
  "message.not": "読み込めません。{trouble}",
  "maps.closed": "0 閉",
  "maps.open": "1 開",
  "says.network": "予測: {answer}",
  "says.probe": "プローブ: {answer}",
  "says.step": "y {answer} · 目標 {truth}",
  "says.none": "予測はまだない",
  "says.class": "{name} · {share}",
};
