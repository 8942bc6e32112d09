import { Problem } from "../../../api/problem";
import type { LineProblem } from "../../../api/schema";

const DECODERS: Readonly<Record<string, string>> = { cp949: "euc-kr" };

/** The lines of a file as the server has counted them. */
export function linesOf(bytes: ArrayBuffer, encoding: string): string[] {
  const text = new TextDecoder(DECODERS[encoding] ?? "utf-8").decode(bytes);
  return text.split(/\r\n|\n|\r/);
}

/** A refusal of a whole upload names its lines too: beside the path of each problem, as numbers. */
export function problemsByLine({ problems }: Problem): LineProblem[] {
  return problems.flatMap((problem) => {
    const { line, column, code, values } = problem as { [Name in keyof LineProblem]?: LineProblem[Name] };
    if (typeof line !== "number") return [];
    return [{ line, column: column ?? null, code: code ?? "other", values: values ?? {}, reason: problem.message }];
  });
}

/** Whether somebody may mean what was refused: a text that begins like a formula. */
export const isFormula = ({ code }: LineProblem): boolean => code === "formula";

/** How many lines are wrong; one line may have more than one problem. */
export const countLines = (problems: readonly LineProblem[]): number => new Set(problems.map(({ line }) => line)).size;
