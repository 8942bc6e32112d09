import type { planned as english } from "../en/planned";
import type { Translated } from "../types";

export const planned: Translated<typeof english> = {
  unchanged: "변경 없음({state})",
  not_done: "이전 상태: {state}",
  step_edited: "단계가 수정되었습니다",
  prompt_edited: "프롬프트 {prompt}이(가) 수정되었습니다",
  parents_edited: "이전 단계 연결이 수정되었습니다",
  input_changes: "입력이 바뀝니다: {steps}",
  added: "이전 버전에 없던 단계입니다",
  removed: "정의에서 삭제되었습니다",
};
