import { app } from "./app";
import { charts } from "./charts";
import { costs } from "./costs";
import { definitions } from "./definitions";
import { editor } from "./editor";
import { edits } from "./edits";
import { embeddings } from "./embeddings";
import { etas } from "./etas";
import { explanations } from "./explanations";
import { facts } from "./facts";
import { fires } from "./fires";
import { forms } from "./forms";
import { graph } from "./graph";
import { happenings } from "./happenings";
import { instances } from "./instances";
import { lengths } from "./lengths";
import { lineReasons } from "./lineReasons";
import { operations } from "./operations";
import { planned } from "./planned";
import { problems } from "./problems";
import { prompts } from "./prompts";
import { refusals } from "./refusals";
import { remarks } from "./remarks";
import { retry } from "./retry";
import { runs } from "./runs";
import { standing } from "./standing";
import { steps } from "./steps";
import { takes } from "./takes";
import { ui } from "./ui";
import { words } from "./words";

export const en = {
  app, charts, costs, definitions, editor, edits, embeddings, etas, explanations, facts, fires, forms, graph, happenings,
  instances, lengths, lineReasons, operations, planned, problems, prompts, refusals, remarks, retry, runs, standing, steps, takes, ui, words,
} as const;
