export const embeddings = {
  title: "Embeddings",
  lead: "Ingest, dead letters and search.",
} as const;
