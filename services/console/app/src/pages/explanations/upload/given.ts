export type Kind = "text/csv" | "application/json";

/** What is to be uploaded; `id` tells one choice from another, and makes a repeated upload of the same harmless. */
export interface Given {
  id: string;
  name: string;
  kind: Kind;
  content: Blob;
}

/** Null: it is a workbook, an image ...: the server would refuse it too, after it has come all the way. */
export function kindOfFile(name: string, type: string): Kind | null {
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? "";
  if (ending === "json" || type === "application/json") return "application/json";
  return ["csv", "txt"].includes(ending) || type === "text/csv" ? "text/csv" : null;
}

export const kindOfText = (text: string): Kind => (/^\s*[[{]/.test(text) ? "application/json" : "text/csv");

/** Rows copied from a spreadsheet have tabs between their cells; CSV has commas. */
export function csvOf(text: string): string {
  const [header = ""] = text.split(/\r?\n/, 1);
  if (!header.includes("\t") || header.includes(",")) return text;
  return recordsOf(text)
    .map((cells) => cells.map(quoted).join(","))
    .join("\n");
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A spreadsheet quotes a cell only if it holds a tab, a line's end or a quote; such a record goes on over the next line. */
function recordsOf(text: string): string[][] {
  const cells = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r?\n|$)/gy;
  const records: string[][] = [[]];
  for (let found = cells.exec(text); found !== null && found.index < text.length; found = cells.exec(text)) {
    const [, cell = "", end] = found;
    records.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === "") break;
    if (end !== "\t") records.push([]);
  }
  return records.filter((record) => record.length > 0);
}

export function givenFile(file: File): Given | null {
  const kind = kindOfFile(file.name, file.type);
  return kind && { id: newId(), name: file.name, kind, content: file };
}

export function givenText(text: string): Given | null {
  if (text.trim() === "") return null;
  const kind = kindOfText(text);
  const content = new Blob([kind === "text/csv" ? csvOf(text) : text]);
  return { id: newId(), name: "", kind, content };
}

/** `crypto.randomUUID` is there only under https; random numbers are everywhere. */
const newId = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16)).join("");
