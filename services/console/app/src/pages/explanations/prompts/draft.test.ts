import { expect, test } from "vitest";
import type { PromptOut } from "../../../api/schema";
import { draftOf, isSame, problemsOf, savedFrom, schemaOf } from "./draft";

const prompt: PromptOut = {
  key: "ask",
  description: "One question.",
  system: null,
  body: "Ask about {{ item.word }}",
  response_schema: { type: "object" },
  version: 3,
  edited_by: "kim",
  client: "cli",
  edited_at: "2026-03-01T00:00:00Z",
};

test("what was not edited is saved as it was", () => {
  const draft = draftOf(prompt);
  const schema = schemaOf(draft.schema);
  if (!schema.isRight) expect.fail("its own schema is right");
  const { description, system, body, response_schema } = prompt;
  expect(savedFrom(draft, schema.value)).toEqual({ description, system, body, response_schema });
  expect(isSame(draft, draftOf(prompt))).toBe(true);
  expect(isSame(draft, { ...draft, system: "Be brief." })).toBe(false);
});

test.each([
  ["", { isRight: true, value: null }],
  [" \n", { isRight: true, value: null }],
  ['{"type": "object"}', { isRight: true, value: { type: "object" } }],
  ["[1]", { isRight: false, reason: null }],
  ["null", { isRight: false, reason: null }],
])("a schema of %j", (text, schema) => {
  expect(schemaOf(text)).toEqual(schema);
});

test("what is no JSON says why", () => {
  expect(schemaOf("{")).toMatchObject({ isRight: false, reason: expect.stringMatching(/JSON/) });
});

test("each problem stands at its field", () => {
  const problems = [
    { path: "body", message: 'unknown name "itm"' },
    { path: "response_schema.type", message: 'must be "object"' },
    { path: "key", message: "is odd" },
  ];
  expect(problemsOf(problems, "body")).toEqual([{ message: 'unknown name "itm"' }]);
  expect(problemsOf(problems, "schema")).toEqual([{ message: 'response_schema.type: must be "object"' }]);
  expect(problemsOf(problems, "system")).toEqual([]);
});
