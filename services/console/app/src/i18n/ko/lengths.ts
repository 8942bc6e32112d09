import type { lengths as english } from "../en/lengths";
import type { Translated } from "../types";

export const lengths: Translated<typeof english> = {
  of_step: "같은 이름의 단계에서 {model}이(가) 최근에 보낸 응답 {answers}개 기준",
  of_model: "{model}의 최근 응답 {answers}개 기준",
  simulated: "가상 응답 기준",
};
