import { expect, test } from "vitest";
import { csvOf, kindOfFile, kindOfText } from "./given";

test.each([
  ["questions.csv", "", "text/csv"],
  ["QUESTIONS.CSV", "application/vnd.ms-excel", "text/csv"],
  ["questions.json", "", "application/json"],
  ["questions", "text/csv", "text/csv"],
  ["questions.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", null],
  ["page.html", "text/html", null],
])("%s of type %j is %j", (name, type, kind) => {
  expect(kindOfFile(name, type)).toBe(kind);
});

test("what is pasted is JSON if it begins like JSON", () => {
  expect([' [{"question": 1}]', '{"questions": []}', "question,answer"].map(kindOfText)).toEqual([
    "application/json",
    "application/json",
    "text/csv",
  ]);
});

test("CSV stays as it is", () => {
  expect(csvOf("question,answer\nWhat is\ta tab?,this\n")).toBe("question,answer\nWhat is\ta tab?,this\n");
});

test("rows from a spreadsheet become CSV, with what was quoted and what needs quotes", () => {
  const copied = 'question\tanswer\r\n"two\nlines"\ta, b\r\n"says ""hi"""\t\r\n';
  expect(csvOf(copied)).toBe('question,answer\n"two\nlines","a, b"\n"says ""hi""",');
});
