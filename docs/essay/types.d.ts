/** The types of the essay's figures; what they are made of has the explorer's. */

type Stage = import("./figures/stage.js").Stage;
type Epochs = import("../../src/glasscell/explorer/web/network/stages.js").Epochs;
