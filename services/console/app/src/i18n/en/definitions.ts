export const definitions = {
  title: "Definitions",
  lead: "Pipelines, their last runs, when they fire next and what they cost.",
} as const;
