/** What is wrong with a line of an upload: by the code of the API. `other` is left to its words. */
export const lineReasons = {
  missing: "is missing",
  empty: "is empty",
  lost_character: "holds a character that was lost; save the file as ‘CSV UTF-8’",
  choices: "has {n} different ones; give 4, or none",
  answer_is_no_choice: "is none of the choices; write the choice itself, not its number",
  answer_is_wrong: "The right answer is among the wrong ones.",
  formula: "begins like a formula, which a spreadsheet would run when the questions are exported; reword it, or tick the box below if it is meant",
  given_twice: "is given twice, under two names",
  not_text: "has bytes that are neither UTF-8 nor CP949; save the file as ‘CSV UTF-8’",
  open_quote: "opens a quote that is not closed",
} as const;
