import type { embeddings as english } from "../en/embeddings";
import type { Translated } from "../types";

export const embeddings: Translated<typeof english> = {
  title: "임베딩",
  lead: "적재 현황, 처리하지 못한 행, 검색을 확인합니다.",
};
