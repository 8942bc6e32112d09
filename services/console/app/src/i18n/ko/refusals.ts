import type { refusals as english } from "../en/refusals";
import type { Translated } from "../types";

export const refusals: Translated<typeof english> = {
  no_instance: "인스턴스 {instance_id}이(가) 없습니다.",
  only_tried: "인스턴스 {instance_id}은(는) {step} 단계만 시험한 것입니다. 단계를 다시 리허설하세요.",
  of_draft: "인스턴스 {instance_id}은(는) 저장하지 않은 초안을 리허설한 것입니다. 초안을 다시 리허설하세요.",
  not_broken: "인스턴스 {instance_id}은(는) 재시도할 수 없습니다(상태: {status}). 실패하거나 취소된 인스턴스만 재시도할 수 있습니다.",
  params_do_not_fit: "인스턴스의 매개변수가 그 버전에 맞지 않습니다: {problems}",
  params: "정의가 받는 값에 맞지 않는 매개변수가 {count}개 있습니다.",
};
