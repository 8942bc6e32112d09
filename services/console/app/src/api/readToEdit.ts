import { api, body } from "./client";
import { lostIn } from "./numbers";
import { Inexact } from "./problem";
import type { DefinitionOut } from "./schema";

/** Reads a definition that is to be edited: not one that would be saved with another number that nobody has touched. */
export async function readToEdit(name: string, signal?: AbortSignal): Promise<DefinitionOut> {
  const asked = { params: { path: { name } }, parseAs: "text" as const, ...(signal && { signal }) };
  const text = await body(api.GET("/definitions/{name}", asked));
  const lost = lostIn(text);
  if (lost !== undefined) throw new Inexact(lost);
  // The server has checked what it keeps.
  return JSON.parse(text) as DefinitionOut;
}
