import type { costs as english } from "../en/costs";
import type { Translated } from "../types";

export const costs: Translated<typeof english> = {
  basis: "최근에 성공한 인스턴스 {instances}개의 구매 내역 기준",
  step_added: "{step} 단계는 새 단계라 비용을 알 수 없으니 리허설로 확인하세요",
  step_removed: "{step} 단계 삭제",
  step_edited: "{step} 단계는 수정되었지만 이전과 같은 양을 요청한다고 가정",
  asks_nobody: "{step} 단계는 더 이상 요청하지 않음",
  would_ask: "{step} 단계는 {asked}에 요청",
  no_price: "{step} 단계는 가격을 모르는 {asked}에 요청하므로 이전과 같은 비용으로 가정",
};
