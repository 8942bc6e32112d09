import type { operations as english } from "../en/operations";
import type { Translated } from "../types";

export const operations: Translated<typeof english> = {
  title: "운영",
  lead: "대기열, 워커, 예약, 비용을 확인합니다.",
};
