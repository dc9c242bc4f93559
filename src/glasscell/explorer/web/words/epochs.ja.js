/** The words about the epochs of a training, in Japanese. */

export const EPOCHS_JA = {
  "epochs.title": "学習の過程での答え（エポックごと）",
  "epochs.label": "学習のエポック",
  "epochs.play": "学習の過程を見る",
  "epochs.stop": "一時停止",
  "epochs.before": "学習前",
  "epochs.after": "{last}エポック中{epoch}エポック後",
  "epochs.where": "・{when}",
  "epochs.now.before": "このページ全体が、学習前（重みは乱数。16ビットに丸めてあります）の状態を表示しています。",
  "epochs.now.after": "このページ全体が、{last}エポック中{epoch}エポック後の状態を表示しています。重みは16ビットに丸めてあります。",
  "epochs.now.last": "{last}エポック後の、学習を終えたネットワークです。重みは丸めていません。",
  "epochs.held": "固定したゲートは、どの時点でも固定されています。",
  "epochs.probes": "プローブは学習を終えたネットワークのものなので、表示しません。",
  "epochs.right.all": "これらのエポック後の答えは、すべて正解です。",
  "epochs.right.none": "これらのエポック後の答えは、すべて不正解です。",
  "epochs.right.from": "これらのうち、エポック{epoch}以降は正解です。",
  "epochs.right.last": "これらのうち、正解は最後だけです。",
};
