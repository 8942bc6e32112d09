import { expect, test } from "vitest";
import { described } from "./described";

test("descriptions are said at every depth, and nothing else is touched", () => {
  const schema = { description: "One.", properties: { description: { description: "Two.", default: "One." }, other: { anyOf: [{ description: "New." }] } } };
  expect(described(schema, { "One.": "하나", "Two.": "둘" })).toEqual({
    description: "하나",
    properties: { description: { description: "둘", default: "One." }, other: { anyOf: [{ description: "New." }] } },
  });
});
