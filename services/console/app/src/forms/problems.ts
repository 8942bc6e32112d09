/** A problem at a path below the form's value: `pick.count`, `keys[0]`; the empty path is the value itself. */
export interface FormProblem {
  readonly path: string;
  readonly message: string;
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const LONGEST = 60;

/** The path of a key below a path, as the server writes it: `.name`, `[3]`, `["odd name"]`. */
export function below(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!NAME.test(key)) return `${path}[${JSON.stringify(key.slice(0, LONGEST))}]`;
  return path === "" ? key : `${path}.${key}`;
}

export const isWithin = (path: string, outer: string): boolean =>
  outer === "" || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);

/** What is said of exactly this place. */
export const at = (problems: readonly FormProblem[], path: string): string | undefined =>
  joined(problems.filter((problem) => problem.path === path).map(({ message }) => message));

/** What is said of this place and all below it, for a field that shows no places of its own. */
export const within = (problems: readonly FormProblem[], path: string): string | undefined =>
  joined(
    problems
      .filter((problem) => isWithin(problem.path, path))
      .map((problem) => (problem.path === path ? problem.message : `${problem.path.slice(path.length)}: ${problem.message}`)),
  );

const joined = (messages: readonly string[]): string | undefined =>
  messages.length === 0 ? undefined : [...new Set(messages)].join(" · ");

/** The problems below a path, as a form for that value sees them. */
export const relativeTo = (problems: readonly FormProblem[], path: string): readonly FormProblem[] =>
  problems.flatMap((problem) =>
    isWithin(problem.path, path) ? [{ ...problem, path: problem.path.slice(path.length).replace(/^\./, "") }] : [],
  );
