import type { graph as english } from "../en/graph";
import type { Translated } from "../types";

export const graph: Translated<typeof english> = {
  label: "단계 그래프",
  outline: "단계 목록",
  asGraph: "그래프",
  asList: "목록",
  fit: "화면에 맞추기",
  zoomIn: "확대",
  zoomOut: "축소",
  minimap: "그래프 전체 보기",
  layingOut: "단계 {count}개를 배치하는 중",
  node: "단계 {key}, 러너 {runner}, {state}",
  plainNode: "단계 {key}, 러너 {runner}",
  leadsTo: "다음 단계: {steps}",
  after: "이전 단계: {steps}",
  isFirst: "첫 단계",
  isLast: "마지막 단계",
  problems: "문제 {count}건",
  layOut: "다시 배치",
  empty: "아직 단계가 없습니다",
  keys: "화살표 키로 연결을 따라 이동하고 Enter 키로 단계를 엽니다.",
};
