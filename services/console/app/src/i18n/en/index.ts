import { app } from "./app";
import { charts } from "./charts";
import { definitions } from "./definitions";
import { embeddings } from "./embeddings";
import { explanations } from "./explanations";
import { graph } from "./graph";
import { instances } from "./instances";
import { operations } from "./operations";
import { prompts } from "./prompts";
import { runs } from "./runs";
import { ui } from "./ui";
import { words } from "./words";

export const en = { app, charts, definitions, embeddings, explanations, graph, instances, operations, prompts, runs, ui, words } as const;
