/** By what the length of an answer is known: by the code of the API. */
export const lengths = {
  of_step: "As long as the last {answers} {answers:answer|answers} of {model} in steps of this name",
  of_model: "As long as the last {answers} {answers:answer|answers} of {model}",
  simulated: "As long as the simulated answers",
} as const;
