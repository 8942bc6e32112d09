import { expect, test } from "vitest";
import type {
  AnswerLengthOut, ChangeOut, CostRemarkOut, EventOut, Explanation, FireReasonOut, LineProblem, NoEtaOut, PlanOut, ProblemSaid, RemarkOut, RetryRefusalOut,
  TakesOut,
} from "../api/schema";
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
const remarks: Record<RemarkOut["code"], string> = en.remarks;
const takes: Record<TakesOut["code"], string> = en.takes;
const lengths: Record<AnswerLengthOut["code"], string> = en.lengths;
const etas: Record<NoEtaOut["code"], string> = en.etas;
const fires: Record<FireReasonOut["code"], string> = en.fires;
const lineReasons: Record<Exclude<LineProblem["code"], "other">, string> = en.lineReasons;
const refusals: Record<RetryRefusalOut["code"], string> = en.refusals;
const problems: Record<ProblemSaid["code"], string> = en.problems;

test("every sentence of the API is there", () => {
  const areas = [standing, happenings, planned, edits, costs, remarks, takes, lengths, etas, fires, refusals, lineReasons, problems];
  expect(areas.flatMap((area) => Object.values(area)).every((text) => text !== "")).toBe(true);
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
  ["happenings", { code: "ended", values: { instance_id: 7, status: "failed", error: "step 'load' failed: no table" } },
    "Instance 7 has ended: failed. It said: load failed: no table", "인스턴스 7이(가) 끝났습니다. 상태: 실패. 오류: load(실패): no table"],
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
  ["remarks", { code: "answers_unusable", values: { items: 2, reasons: [{ items: 1, reason: "prompt", example: "no word" }, { items: 1, reason: "data", example: null }] } },
    "2 items got no answer that can be used: 1 × prompt (such as: no word); 1 × data",
    "항목 2개에서 쓸 수 있는 응답을 받지 못했습니다: prompt 1건(예: no word); data 1건"],
  ["remarks", { code: "step_failed", values: { error: "no table", unseen: ["tell"] } },
    "no table (perhaps only because tell was not rehearsed)", "no table (tell 단계를 리허설하지 않았기 때문일 수 있습니다)"],
  ["remarks", { code: "over_budget", values: { at_most_usd: 2, budget_usd: 1, spent_usd: 0 } },
    "would stop before it pays: it can cost up to $2.00, and of the budget of $1.00 about $0.00 would be spent by then. Raise the budget, or lower maxOutputTokens.",
    "비용을 쓰기 전에 멈춥니다. 최대 $2.00이(가) 들 수 있는데, 그때까지 예산 $1.00 중 약 $0.00을(를) 쓰게 됩니다. 예산을 늘리거나 maxOutputTokens를 줄이세요."],
  ["takes", { code: "like_jobs", values: { about_seconds: 180, jobs: 1 } }, "about 3m, as the last 1 job", "약 3분(최근 작업 1건 기준)"],
  ["etas", { code: "steps_never_done", values: { steps: ["a", "b"] } },
    "No earlier instance that succeeded has finished these steps: a and b.", "이전에 성공한 인스턴스 중 다음 단계를 마친 것이 없습니다: a 및 b."],
  ["fires", { code: "backfilled_after", values: { outcome: "missed", earlier: "nobody ticked" } },
    "Fired by hand, afterwards. Before: missed. It had said: nobody ticked", "나중에 직접 실행했습니다. 이전 상태: 놓침. 당시 이유: nobody ticked"],
  ["refusals", { code: "not_broken", values: { instance_id: 7, status: "running" } },
    "Instance 7 cannot be retried: running. Only failed and cancelled ones can.",
    "인스턴스 7은(는) 재시도할 수 없습니다(상태: 실행 중). 실패하거나 취소된 인스턴스만 재시도할 수 있습니다."],
  ["problems", { code: "unknown_step", values: { name: "lod", nearest: "load" } },
    'unknown step "lod" (did you mean "load"?)', '"lod"은(는) 없는 단계입니다 ("load"을(를) 쓰려던 것인가요?)'],
  ["problems", { code: "wrong_type", values: { wanted: "a whole number or null", given: 'string "a"' } },
    'must be a whole number or null, not string "a"', '정수 또는 null이어야 하는데 문자열 "a"입니다'],
  ["problems", { code: "wrong_type", values: { wanted: "true or false", given: "list of 3" } },
    "must be true or false, not list of 3", "참/거짓이어야 하는데 목록(3개)입니다"],
  ["problems", { code: "cron_part", values: { name: "61 * * * *", part: "minute" } },
    '"61 * * * *": bad minute, or none that comes', '"61 * * * *": 분이(가) 잘못되었거나 오지 않는 값입니다'],
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
