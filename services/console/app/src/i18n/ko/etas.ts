import type { etas as english } from "../en/etas";
import type { Translated } from "../types";

export const etas: Translated<typeof english> = {
  not_running: "인스턴스가 실행 중이 아닙니다({status}).",
  steps_never_done: "이전에 성공한 인스턴스 중 다음 단계를 마친 것이 없습니다: {steps}.",
};
