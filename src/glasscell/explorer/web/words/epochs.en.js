/** The words about the epochs of a training, in English. */

export const EPOCHS_EN = {
  "epochs.title": "As it learnt, by epoch",
  "epochs.label": "Epoch of the training",
  "epochs.play": "Watch it learn",
  "epochs.stop": "Pause",
  "epochs.before": "before training",
  "epochs.after": "after epoch {epoch} of {last}",
  "epochs.where": " · {when}",
  "epochs.now.before": "Everything on this page is shown as it was before training, with random weights, rounded to 16 bits.",
  "epochs.now.after": "Everything on this page is shown as it was after epoch {epoch} of {last}; weights rounded to 16 bits.",
  "epochs.now.last": "This is the trained network, after epoch {last}, with its exact weights.",
  "epochs.held": "What you hold is held in all of them.",
  "epochs.probes": "The probes belong to the trained network and are hidden.",
  "epochs.right.all": "Right after each of these epochs.",
  "epochs.right.none": "Wrong after each of these epochs.",
  "epochs.right.from": "Of these, right from epoch {epoch} on.",
  "epochs.right.last": "Of these, right only after the last.",
};
