/** What the cost after an edit rests on: by the code of the API. */
export const costs = {
  basis: "by what the last {instances} {instances:instance|instances} that succeeded bought",
  step_added: "step {step} is new, and what it costs is not known: rehearse it",
  step_removed: "step {step} is gone",
  step_edited: "step {step} is edited, and taken to ask as much as before",
  asks_nobody: "step {step} asks nobody any more",
  would_ask: "step {step} would ask {asked}",
  no_price: "step {step} would ask {asked}, of which no price is known; it is taken to cost as before",
} as const;
