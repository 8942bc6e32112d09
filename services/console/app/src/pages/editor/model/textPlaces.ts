import type { ProblemAt } from "../../../api/schema";
import type { CodeProblem } from "../../../editor/types";

const PLACE = /^text(?::(\d+):(\d+))?$/;

/** Where in a pasted text something cannot be read: the server says `text:3:1`, or `text` for the whole. */
export const placesInText = (problems: readonly ProblemAt[]): readonly CodeProblem[] =>
  problems.flatMap(({ path, message }) => {
    const found = PLACE.exec(path);
    if (found === null) return [];
    const [, line, column] = found;
    return line === undefined ? [{ message }] : [{ message, line: Number(line), column: Number(column) }];
  });
