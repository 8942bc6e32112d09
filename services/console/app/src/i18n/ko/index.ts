import type { Messages } from "../types";
import { app } from "./app";
import { charts } from "./charts";
import { definitions } from "./definitions";
import { editor } from "./editor";
import { embeddings } from "./embeddings";
import { explanations } from "./explanations";
import { forms } from "./forms";
import { graph } from "./graph";
import { instances } from "./instances";
import { operations } from "./operations";
import { prompts } from "./prompts";
import { retry } from "./retry";
import { runs } from "./runs";
import { steps } from "./steps";
import { ui } from "./ui";
import { words } from "./words";

export const ko: Messages = {
  app, charts, definitions, editor, embeddings, explanations, forms, graph, instances, operations, prompts,
  retry, runs, steps, ui, words,
};
