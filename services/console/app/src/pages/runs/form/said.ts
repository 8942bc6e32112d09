import { Problem } from "../../../api/problem";
import type { FormProblem } from "../../../forms";

const LINE = /^\s*-?\s*(?:body\.)?params(?:\.|(?=[[:]))?([^\s:]*): (.+)$/;

/** What a refusal says of the params, each at its place in the form. The server tells them line by line. */
export function saidOfParams(error: Error | null): readonly FormProblem[] {
  if (!(error instanceof Problem)) return [];
  const listed = error.problems.map(({ path, message }) => `${path}: ${message}`);
  return [...listed, ...error.detail.split("\n")].flatMap((line) => {
    const [, path, message] = LINE.exec(line) ?? [];
    return path === undefined || message === undefined ? [] : [{ path, message }];
  });
}

/** What a refusal says of another field of the body. */
export function saidOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.problems.find(({ path }) => path === field || path === `body.${field}`)?.message;
}
