export const explanations = {
  title: "Explanations",
  lead: "Upload questions, watch their explanations arrive.",
} as const;
