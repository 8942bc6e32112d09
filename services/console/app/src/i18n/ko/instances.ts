import type { instances as english } from "../en/instances";
import type { Translated } from "../types";

export const instances: Translated<typeof english> = {
  title: "인스턴스",
  lead: "정의의 모든 실행을 실시간으로 확인합니다.",
};
