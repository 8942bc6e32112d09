import type { ProblemAt } from "../api/schema";
import { useSaid } from "./useSaid";

/** Says problems in the chosen language, each at its place. */
export function useSaidProblems(): (problems: readonly ProblemAt[]) => readonly ProblemAt[] {
  const said = useSaid();
  return (problems) =>
    problems.map((one) => (one.said ? { ...one, message: said("problems", one.said, one.message) } : one));
}
