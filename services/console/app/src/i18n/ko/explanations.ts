import type { explanations as english } from "../en/explanations";
import type { Translated } from "../types";

export const explanations: Translated<typeof english> = {
  title: "해설",
  lead: "문항을 업로드하고 해설 생성 상황을 확인합니다.",
};
