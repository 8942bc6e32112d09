import type { fires as english } from "../en/fires";
import type { Translated } from "../types";

export const fires: Translated<typeof english> = {
  overlapped: "인스턴스 {instance_id}이(가) 아직 끝나지 않았습니다.",
  not_fired: "예정 시각에 스케줄러가 실행되고 있지 않았습니다.",
  not_the_latest: "예정 시각에 스케줄러가 실행되고 있지 않았고, 가장 최근 것만 나중에 실행합니다.",
  backfilled: "나중에 직접 실행했습니다.",
  backfilled_after: "나중에 직접 실행했습니다. 이전 상태: {outcome}.",
  nobody_looked: "예정 시각이 지났지만 확인한 스케줄러가 없습니다. batchdag worker로 시작하세요.",
};
