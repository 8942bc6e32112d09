import { expect, test } from "vitest";
import { placesInText } from "./textPlaces";

test("a line and a column are read, the whole text has none, and another path is no place in it", () => {
  const problems = [
    { path: "text:3:14", message: "a tab" },
    { path: "text", message: "has 2 definitions" },
    { path: "steps[0]", message: "is no step" },
  ];
  expect(placesInText(problems)).toEqual([{ message: "a tab", line: 3, column: 14 }, { message: "has 2 definitions" }]);
});
