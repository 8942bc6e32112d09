export const instances = {
  title: "Instances",
  lead: "Every run of a definition, live.",
} as const;
