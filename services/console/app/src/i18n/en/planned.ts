/** Why a retry does with a step what it does: by the code of the API. */
export const planned = {
  unchanged: "unchanged ({state})",
  not_done: "was {state}",
  step_edited: "the step was edited",
  prompt_edited: "the prompt {prompt} was edited",
  parents_edited: "what comes before it was edited",
  input_changes: "its input changes: {steps}",
  added: "not in the earlier version",
  removed: "no longer in the definition",
} as const;
