/** Why nobody can say when an instance ends: by the code of the API. */
export const etas = {
  not_running: "The instance does not run: {status}.",
  steps_never_done: "No earlier instance that succeeded has finished these steps: {steps}.",
} as const;
