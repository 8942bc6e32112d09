export const runs = {
  title: "Run",
  lead: "Start a definition, or rehearse it first.",
} as const;
