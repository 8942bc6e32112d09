import { expect, test } from "vitest";
import { problemOf } from "./problem";

test("a problem document keeps its places, its hint and what the route adds", () => {
  const problem = problemOf(409, "Conflict", {
    type: "about:blank",
    title: "The state does not allow this",
    status: 409,
    detail: "version 3 stands",
    hint: "read it again",
    expected: 2,
    problems: [{ path: "steps[0]", message: "no" }, "nonsense"],
  });
  expect(problem.title).toBe("The state does not allow this");
  expect(problem.detail).toBe("version 3 stands");
  expect(problem.hint).toBe("read it again");
  expect(problem.problems).toEqual([{ path: "steps[0]", message: "no" }]);
  expect(problem.more).toEqual({ expected: 2 });
  expect(problem.isConflict).toBe(true);
});

test.each([[null], ["<html>"], [[]], [{}]])("a body that is no problem document still says what happened: %j", (body) => {
  expect(problemOf(502, "Bad Gateway", body).detail).toBe("Bad Gateway");
  expect(problemOf(502, "", body).detail).toBe("HTTP 502");
});
