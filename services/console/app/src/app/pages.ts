import { type ComponentType, lazy } from "react";
import type { PageProps, Pattern } from "./routes";

type Page<P extends Pattern> = ComponentType<PageProps<P>>;
type PageModule<P extends Pattern> = { default: Page<P> };

function area<Exports>(load: () => Promise<Exports>) {
  return <P extends Pattern>(pick: (exports: Exports) => Page<P>) =>
    lazy(async (): Promise<PageModule<P>> => ({ default: pick(await load()) }));
}

const definitions = area(() => import("../pages/definitions"));
const editor = area(() => import("../pages/editor"));
const embeddings = area(() => import("../pages/embeddings"));
const explanations = area(() => import("../pages/explanations"));
const instances = area(() => import("../pages/instances"));
const operations = area(() => import("../pages/operations"));
const runs = area(() => import("../pages/runs"));

/** Which component shows which pattern. Each area is one chunk, loaded when one of its pages is first opened. */
export const pages: { readonly [P in Pattern]: Page<P> } = {
  "/definitions": definitions((all) => all.DefinitionsPage),
  "/definitions/:name": definitions((all) => all.DefinitionPage),
  "/definitions/:name/edit": editor((all) => all.EditPage),
  "/definitions/:name/versions": definitions((all) => all.VersionsPage),
  "/new": editor((all) => all.NewPage),
  "/definitions/:name/run": runs((all) => all.RunPage),
  "/definitions/:name/rehearse": runs((all) => all.RehearsePage),
  "/rehearsals/:id": runs((all) => all.RehearsalPage),
  "/instances": instances((all) => all.InstancesPage),
  "/instances/:id": instances((all) => all.InstancePage),
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
