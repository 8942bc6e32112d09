import type { remarks as english } from "../en/remarks";
import type { Translated } from "../types";

export const remarks: Translated<typeof english> = {
  instance_failed: "{error}",
  step_failed: "{error}",
  answers_unusable: "항목 {items}개에서 쓸 수 있는 응답을 받지 못했습니다: {reasons}",
  over_budget: "비용을 쓰기 전에 멈춥니다. 최대 {at_most_usd}이(가) 들 수 있는데, 그때까지 예산 {budget_usd} 중 약 {spent_usd}을(를) 쓰게 됩니다. 예산을 늘리거나 maxOutputTokens를 줄이세요.",
  using: "입력과 수치는 인스턴스 {instance_id}의 결과를 바탕으로 합니다.",
  no_price: "{mode} 방식의 가격을 몰라 실시간 가격으로 계산했습니다. 실제로는 더 쌀 수 있습니다.",
  left_out: "리허설하지 않았습니다. 러너 {runner}이(가) 리허설을 지원하지 않습니다.",
  sampled: "일부 항목만 요청했으므로 이 단계와 그 뒤의 수치는 {scale}배로 환산한 값입니다.",
  not_ready: "지금 이 환경에서는 실제로 실행할 수 없습니다: {why}",
  empty_copy: "테이블의 빈 사본에 시험했으므로 외래 키는 확인하지 않았습니다.",
  rows_refused: "행 {tried}개 중 {refused}개가 거부되었습니다: {error}",
};
