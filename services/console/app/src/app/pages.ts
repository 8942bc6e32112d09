import type { ComponentType } from "react";
import { addressOf, match } from "./address";
import type { PageProps, Pattern } from "./routes";

type Page<P extends Pattern> = ComponentType<PageProps<P>>;
type Load<P extends Pattern> = () => Promise<Page<P>>;
type Pick<Exports, P extends Pattern> = (exports: Exports) => Page<P>;

/** A page of an area; what else it will show is loaded beside it. */
const area =
  <Exports>(load: () => Promise<Exports>) =>
  <P extends Pattern>(pick: Pick<Exports, P>, beside?: () => Promise<unknown>): Load<P> =>
  async () => {
    if (beside) early(beside);
    return pick(await load());
  };

/** Loads what will be needed soon. Whoever needs it loads it too, and says so if that fails. */
const early = (load: () => Promise<unknown>): void => void load().catch(() => undefined);

const graph = () => import("../graph/DagView");

const definitions = area(() => import("../pages/definitions"));
const editor = area(() => import("../pages/editor"));
const embeddings = area(() => import("../pages/embeddings"));
const explanations = area(() => import("../pages/explanations"));
const instances = area(() => import("../pages/instances"));
const operations = area(() => import("../pages/operations"));
const runs = area(() => import("../pages/runs"));

/** Which component shows which pattern. Each area is one chunk, loaded when one of its pages is first opened. */
export const pages: { readonly [P in Pattern]: Load<P> } = {
  "/definitions": definitions((all) => all.DefinitionsPage),
  "/definitions/:name": definitions((all) => all.DefinitionPage, graph),
  "/definitions/:name/edit": editor((all) => all.EditPage, graph),
  "/definitions/:name/versions": definitions((all) => all.VersionsPage),
  "/new": editor((all) => all.NewPage),
  "/definitions/:name/run": runs((all) => all.RunPage),
  "/definitions/:name/rehearse": runs((all) => all.RehearsePage),
  "/rehearsals/:id": runs((all) => all.RehearsalPage),
  "/instances": instances((all) => all.InstancesPage),
  "/instances/:id": instances((all) => all.InstancePage, graph),
  "/instances/:id/continue": instances((all) => all.ContinuePage),
  "/instances/:id/steps/:step": instances((all) => all.StepPage),
  "/instances/:id/steps/:step/items/:shard/:seq": instances((all) => all.ItemPage),
  "/explanations": explanations((all) => all.ExplanationsPage),
  "/explanations/sets/:set": explanations((all) => all.SetPage),
  "/explanations/questions/:question": explanations((all) => all.QuestionPage),
  "/explanations/prompts": explanations((all) => all.PromptsPage),
  "/explanations/prompts/:name": explanations((all) => all.PromptPage),
  "/embeddings": embeddings((all) => all.EmbeddingsPage),
  "/embeddings/letters": embeddings((all) => all.LettersPage),
  "/embeddings/search": embeddings((all) => all.SearchPage),
  "/embeddings/recommendations": embeddings((all) => all.RecommendationsPage),
  "/operations": operations((all) => all.OperationsPage),
  "/operations/:tab": operations((all) => all.OperationsTabPage),
};

/** Loads the page of an address while the rest of the console is still made ready. */
export function loadEarly(hash: string): void {
  const found = match(addressOf(hash).path);
  if (found) early(pages[found.pattern]);
}
