import { expect, test } from "vitest";
import type { ChangeOut, CostRemarkOut, EventOut, Explanation, PlanOut } from "../api/schema";
import { en } from "../i18n/en";
import { makeFill } from "../i18n/fill";
import { makeFormat } from "../i18n/format";
import { ko } from "../i18n/ko";
import type { Language, Messages } from "../i18n/types";
import { type Said, type SaidArea, sentence } from "./sentence";

type Planned = PlanOut["steps"][number];

// tsc: a code that the API lists and the console has no words for does not compile.
const standing: Record<Explanation["code"], string> = en.standing;
const happenings: Record<EventOut["code"], string> = en.happenings;
const planned: Record<Planned["code"], string> = en.planned;
const edits: Record<ChangeOut["code"], string> = en.edits;
const costs: Record<CostRemarkOut["code"], string> = en.costs;

test("every sentence of the API is there", () => {
  expect(Object.values({ ...standing, ...happenings, ...planned, ...edits, ...costs }).every((text) => text !== "")).toBe(true);
});

function tell(language: Language, area: SaidArea, said: Said): string | null {
  const messages: Messages = language === "en" ? en : ko;
  const fill = makeFill(language);
  const find = (from: keyof Messages, name: string) => (messages[from] as Record<string, string>)[name];
  const word = (name: string) => find("words", name) ?? name;
  return sentence(
    {
      find,
      fill,
      format: makeFormat(language),
      fact: (name, values) => {
        const text = find("facts", name);
        return text === undefined ? null : fill(text, values);
      },
      state: word,
      trigger: word,
      reason: (reason) => find("steps", reason) ?? reason,
    },
    area,
    said,
  );
}

const parents = [{ step_key: "clean", state: "running" }];
const limit = { scope: "runner", name: "embed", per: "now", used: 2, most: 2 };
const failed = [{ step_key: "fetch", state: "failed", error: "no such file" }];

test.each<[SaidArea, Said, string, string]>([
  ["standing", { code: "waits_for_parents", values: { step_key: "store", parents } },
    "Step store waits for clean (running).", "store 단계는 이전 단계를 기다립니다: clean(실행 중)."],
  ["standing", { code: "waits_for_limit", values: { step_key: "a", ready_seconds: 90, limit, last_error: "gone" } },
    "Step a has been ready for 1m 30s, and waits because runner embed runs 2 of 2 at once. The last attempt said: gone",
    "a 단계는 1분 30초 전부터 준비되어 있으며, 한도 때문에 기다립니다: 러너 embed 동시 실행 2/2. 마지막 시도의 오류: gone"],
  ["standing", { code: "waits_for_shards", values: { step_key: "a", done: 2, total: 3, failed: 1, limit } },
    "Step a is spread over shards: 2 of 3 are done, 1 failed. It goes on when all are. Shards wait because runner embed runs 2 of 2 at once.",
    "a 단계는 샤드로 나뉘어 실행됩니다. 3개 중 2개 완료, 1개 실패. 모두 끝나면 계속합니다. 한도 때문에 기다리는 샤드가 있습니다: 러너 embed 동시 실행 2/2."],
  ["standing", { code: "upstream_failed", values: { step_key: "a", instance_id: 1200, failed } },
    "Step a did not run because of what came before it: fetch failed: no such file. Mend that and retry the instance.",
    "a 단계는 이전 단계 때문에 실행되지 않았습니다: fetch(실패): no such file. 문제를 고친 뒤 인스턴스를 재시도하세요."],
  ["standing", { code: "instance_not_taken", values: { instance_id: 1200, workers: "busy" } },
    "Instance 1200 has not begun: workers are busy with other steps. It starts as soon as an engine takes it (batchdag worker).",
    "인스턴스 1200이(가) 아직 시작되지 않았습니다. 워커가 다른 단계를 실행하고 있습니다. 엔진(batchdag worker)이 가져가면 시작합니다."],
  ["happenings", { code: "step_ended", values: { step_key: "a", shard: 3, state: "skipped", reason: "condition_unmet" } },
    "a (shard 3): skipped. Why: its condition is false.", "a(샤드 3) 단계: 건너뜀. 이유: 조건이 거짓입니다."],
  ["happenings", { code: "asked", values: { action: "instance.cancel", outcome: "done", actor: "kim" } },
    "instance.cancel over HTTP: done. By kim.", "HTTP 요청 instance.cancel: 완료. 요청자: kim."],
  ["costs", { code: "basis", values: { instances: 1 } },
    "by what the last 1 instance that succeeded bought", "최근에 성공한 인스턴스 1개의 구매 내역 기준"],
  ["planned", { code: "input_changes", values: { steps: ["a", "b"] } },
    "its input changes: a and b", "입력이 바뀝니다: a 및 b"],
  ["edits", { code: "budget", values: { before: 2 } },
    "an instance may now spend any amount, not $2.00", "인스턴스당 예산: $2.00 → 제한 없음"],
  ["edits", { code: "next_steps", values: { step: "a", gained: ["b"], lost: [] } },
    "what follows step a changes (b now waits for it too)", "a 단계의 다음 단계 변경 (추가: b)"],
  ["edits", { code: "step_timeout", values: { step: "a", before: 3600, after: 5 } },
    "an attempt of step a may now take 5s, not 1h", "a 단계의 시도당 제한 시간: 1시간 → 5초"],
  ["edits", { code: "step_fan_in", values: { step: "a", fan_in: "all_done" } },
    "step a now runs once all the steps before it have ended, whatever became of them",
    "a 단계의 실행 시점: 이전 단계가 결과와 관계없이 모두 끝나면"],
])("%s %o", (area, said, english, korean) => {
  expect(tell("en", area, said)).toBe(english);
  expect(tell("ko", area, said)).toBe(korean);
});

test("a code of a newer server, or one that lacks a value, is left to the server's words", () => {
  expect(tell("en", "standing", { code: "dreams", values: {} })).toBeNull();
  expect(tell("en", "standing", { code: "waits_for_parents", values: { step_key: "store" } })).toBeNull();
});

test("a reason that is not known is not asked for", () => {
  const values = { step_key: "a", finished_at: "2026-03-01T11:02:00Z", attempt: 1, error: "bad row" };
  expect(tell("en", "standing", { code: "failed", values })).toMatch(/attempt 1 \(no reason given\)\. It said: bad row$/);
});
