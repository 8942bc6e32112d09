import type { takes as english } from "../en/takes";
import type { Translated } from "../types";

export const takes: Translated<typeof english> = {
  nothing_to_ask: "요청할 것 없음",
  like_jobs: "약 {about_seconds}(최근 작업 {jobs}건 기준)",
  within_window: "{window_seconds} 이내({provider} 처리 기한)",
  unknown: "알 수 없음",
  like_calls: "약 {about_seconds}(최근 호출 {jobs}회 기준)",
  by_concurrency: "약 {about_seconds}(동시 호출 {calls}개, 초당 {rate}토큰 기준)",
};
