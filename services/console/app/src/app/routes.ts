/** Every page, as a pattern of the hash. `:name` takes one part of the path. */
export const patterns = [
  "/definitions",
  "/definitions/:name",
  "/definitions/:name/edit",
  "/definitions/:name/versions",
  "/definitions/:name/run",
  "/definitions/:name/rehearse",
  "/new",
  "/rehearsals/:id",
  "/instances",
  "/instances/:id",
  "/instances/:id/continue",
  "/instances/:id/steps/:step",
  "/instances/:id/steps/:step/items/:shard/:seq",
  "/explanations",
  "/explanations/sets/:set",
  "/explanations/questions/:question",
  "/explanations/prompts",
  "/explanations/prompts/:name",
  "/embeddings",
  "/embeddings/letters",
  "/embeddings/search",
  "/embeddings/recommendations",
  "/operations",
  "/operations/:tab",
] as const;

export type Pattern = (typeof patterns)[number];

type ParamsIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsIn<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export type Params<P extends Pattern> = { readonly [Name in ParamsIn<P>]: string };
export type Query = Readonly<Record<string, string>>;
export type ParamValues<P extends Pattern> = { readonly [Name in ParamsIn<P>]: string | number };

export interface PageProps<P extends Pattern> {
  params: Params<P>;
  query: Query;
}

/** What a link needs: a pattern, values for its params, and what goes into the query. */
export type To<P extends Pattern = Pattern> = P extends Pattern
  ? [ParamsIn<P>] extends [never]
    ? { to: P; params?: undefined; query?: QueryValues | undefined }
    : { to: P; params: ParamValues<P>; query?: QueryValues | undefined }
  : never;

export type QueryValues = Readonly<Record<string, string | number | boolean | null | undefined>>;
