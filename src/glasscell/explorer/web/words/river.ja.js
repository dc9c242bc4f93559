/** The words about the memory as a river, in Japanese. */

export const RIVER_JA = {
  "river.title": "ユニット{unit}のメモリの流れ",
  "river.label": "ユニット{unit}のメモリの時間変化。帯の幅が大きさ、色は書き込んだステップ",
  "river.legend.digit": "メモリ c（線）は和です。各行の i·z が、その行の色の支流として流れ込みます。各弁の壁は、忘却ゲート f が通さない分をせき止めます。栓 o を通った分が h として現れます。",
  "river.legend.series": "メモリ c（線）は和です。各ステップの i·z が、その色の支流として流れ込みます。各弁の壁は、忘却ゲート f が通さない分をせき止めます。栓 o を通った分が h として現れます。",
  "river.legend.long": "メモリ c（線）は和で、色は書き込んだステップを表します。z と i が流れ込み、f が保ち、o を通った分が h として現れます。",
  "river.back": "逆方向に読むため、右から左へ流れます。",
  "river.ghost": "破線は固定しない場合です。",
  "river.now.digit": "{t}行目: f {f} が {before} のうち {kept} を保ち、i·z = {i} · {z} = {written} が流れ込んで c は {c}。o {o} を通って h は {h}。",
  "river.now.series": "ステップ{t}: f {f} が {before} のうち {kept} を保ち、i·z = {i} · {z} = {written} が流れ込んで c は {c}。o {o} を通って h は {h}。",
  "river.first.digit": "{t}行目: まだメモリは空です。i·z = {i} · {z} = {written} が流れ込んで c は {c}。o {o} を通って h は {h}。（f は {f}）",
  "river.first.series": "ステップ{t}: まだメモリは空です。i·z = {i} · {z} = {written} が流れ込んで c は {c}。o {o} を通って h は {h}。（f は {f}）",
  "river.skipped.series": "ステップ{t}: 欠測のため、川はそのまま流れます。c は {c}、h は {h}。",
  "river.skipped.tokens": "ステップ{t}: トークンがないため、川はそのまま流れます。c は {c}、h は {h}。",
};
