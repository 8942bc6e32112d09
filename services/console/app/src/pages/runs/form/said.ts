import { Problem } from "../../../api/problem";
import type { ProblemAt } from "../../../api/schema";
import type { FormProblem } from "../../../forms";

const PARAMS = /^(?:body\.)?params(?:\.|(?=\[|$))/;

/** What a refusal says of the params, each at its place in the form. `say` puts it into the reader's language. */
export function saidOfParams(error: Error | null, say: (problems: readonly ProblemAt[]) => readonly ProblemAt[]): readonly FormProblem[] {
  if (!(error instanceof Problem)) return [];
  const ofParams = error.problems.filter(({ path }) => PARAMS.test(path));
  return say(ofParams).map(({ path, message }) => ({ path: path.replace(PARAMS, ""), message }));
}

/** What a refusal says of another field of the body. */
export function saidOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined;
  return error.problems.find(({ path }) => path === field || path === `body.${field}`)?.message;
}
