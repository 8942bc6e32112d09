const WHOLE = /^-?\d+$/;
// A text is taken as one, so that no digits in it are.
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Whether a number is the same once it is one of JavaScript: whole ones beyond 2^53 mostly are not, as ids of 19 digits. */
export function isKept(number: string): boolean {
  const value = Number(number);
  return Number.isFinite(value) && (!WHOLE.test(number) || BigInt(value) === BigInt(number));
}

/** The first number in a JSON text that would become another one. */
export const lostIn = (json: string): string | undefined =>
  json.match(TEXT_OR_NUMBER)?.find((part) => !part.startsWith('"') && !isKept(part));
