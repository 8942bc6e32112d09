export const operations = {
  title: "Operations",
  lead: "The queue, workers, schedules and money.",
} as const;
