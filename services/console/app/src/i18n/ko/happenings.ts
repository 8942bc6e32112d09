import type { happenings as english } from "../en/happenings";
import type { Translated } from "../types";

export const happenings: Translated<typeof english> = {
  created: "{definition} 정의의 인스턴스 {instance_id} 실행이 요청되었습니다({trigger}, 버전 {version}).",
  asked: "HTTP 요청 {action}: {outcome}.",
  began: "인스턴스 {instance_id}이(가) 시작되었습니다.",
  attempt_began: "{step} 단계가 {worker}에서 {attempt}번째 시도를 시작했습니다.",
  attempt_succeeded: "{step} 단계가 {attempt}번째 시도에서 성공했습니다.",
  attempt_failed: "{step} 단계가 {worker}에서 {attempt}번째 시도에 실패했습니다.",
  step_ended: "{step} 단계: {state}.",
  cancel_asked: "인스턴스 {instance_id}의 취소가 요청되었습니다.",
  ended: "인스턴스 {instance_id}이(가) 끝났습니다. 상태: {status}.",
  alert: "{webhook}에 보내는 알림 {alert}: {delivery}.",
};
