import type { ProblemAt } from "./schema";

export interface ProblemFacts {
  status: number;
  title: string;
  detail: string;
  hint?: string | null;
  sqlstate?: string | null;
  problems?: ProblemAt[] | null;
}

/** What the server refused, as RFC 9457 says it; `more` has what a route adds, as `expected`, `found` and `plan`. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly hint: string | null;
  readonly sqlstate: string | null;
  readonly problems: readonly ProblemAt[];
  readonly more: Readonly<Record<string, unknown>>;

  constructor(facts: ProblemFacts, more: Readonly<Record<string, unknown>> = {}) {
    super(facts.detail);
    this.name = "Problem";
    this.status = facts.status;
    this.title = facts.title;
    this.detail = facts.detail;
    this.hint = facts.hint ?? null;
    this.sqlstate = facts.sqlstate ?? null;
    this.problems = facts.problems ?? [];
    this.more = more;
  }

  /** The detail as a code and what it names, where the server gives them. */
  get said(): { code: string; values: Readonly<Record<string, unknown>> } | null {
    const { code, values } = this.more;
    return typeof code === "string" && isObject(values) ? { code, values } : null;
  }

  get isConflict(): boolean {
    return this.status === 409;
  }
}

/** The server did not answer: it is down, or the network is. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server did not answer.", { cause });
    this.name = "Unreachable";
  }
}

/** An answer holds a number that has more digits than this page can keep. */
export class Inexact extends Error {
  readonly number: string;

  constructor(number: string) {
    super(`The number ${number} would become another one here.`);
    this.name = "Inexact";
    this.number = number;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

const isPlace = (value: unknown): value is ProblemAt =>
  isObject(value) && typeof value["path"] === "string" && typeof value["message"] === "string";

/** Reads a refusal. What is no problem document (a proxy's page, an empty body) still becomes a readable one. */
export function problemOf(status: number, statusText: string, body: unknown): Problem {
  const given = isObject(body) ? body : {};
  const { type: _type, status: _status, title, detail, hint, sqlstate, problems, ...more } = given;
  const called = text(title) ?? (statusText || `HTTP ${status}`);
  return new Problem(
    {
      status,
      title: called,
      detail: text(detail) ?? called,
      hint: text(hint),
      sqlstate: text(sqlstate),
      problems: Array.isArray(problems) ? problems.filter(isPlace) : [],
    },
    more,
  );
}
