import type { Messages } from "../types";
import { app } from "./app";
import { charts } from "./charts";
import { costs } from "./costs";
import { definitions } from "./definitions";
import { editor } from "./editor";
import { edits } from "./edits";
import { embeddings } from "./embeddings";
import { explanations } from "./explanations";
import { facts } from "./facts";
import { forms } from "./forms";
import { graph } from "./graph";
import { happenings } from "./happenings";
import { instances } from "./instances";
import { operations } from "./operations";
import { planned } from "./planned";
import { prompts } from "./prompts";
import { retry } from "./retry";
import { runs } from "./runs";
import { standing } from "./standing";
import { steps } from "./steps";
import { ui } from "./ui";
import { words } from "./words";

export const ko: Messages = {
  app, charts, costs, definitions, editor, edits, embeddings, explanations, facts, forms, graph, happenings, instances, operations,
  planned, prompts, retry, runs, standing, steps, ui, words,
};
