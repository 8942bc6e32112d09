import type { runs as english } from "../en/runs";
import type { Translated } from "../types";

export const runs: Translated<typeof english> = {
  title: "실행",
  lead: "정의를 실행하거나 먼저 리허설합니다.",
};
