/** What a rehearsal finds that would go wrong, and what is to know of its figures: by the code of the API. */
export const remarks = {
  instance_failed: "{error}",
  step_failed: "{error}",
  answers_unusable: "{items} {items:item|items} got no answer that can be used: {reasons}",
  over_budget: "would stop before it pays: it can cost up to {at_most_usd}, and of the budget of {budget_usd} about {spent_usd} would be spent by then. Raise the budget, or lower maxOutputTokens.",
  using: "Its input is what instance {instance_id} has made, and so are its figures.",
  no_price: "No price of {mode} mode is known: it is priced as live, and may be cheaper.",
  left_out: "was not rehearsed: the runner {runner} takes no part in rehearsals.",
  sampled: "asked for a sample: its figures, and those after it, are scaled by {scale}.",
  not_ready: "could not be run in earnest from here: {why}",
  empty_copy: "The rows were tried in an empty copy of the table: its foreign keys were not checked.",
  rows_refused: "{refused} of the {tried} rows were refused: {error}",
} as const;
