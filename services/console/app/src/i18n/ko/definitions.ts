import type { definitions as english } from "../en/definitions";
import type { Translated } from "../types";

export const definitions: Translated<typeof english> = {
  title: "정의",
  lead: "파이프라인과 최근 실행, 다음 실행 시각, 비용을 확인합니다.",
};
