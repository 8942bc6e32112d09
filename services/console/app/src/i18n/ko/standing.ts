import type { standing as english } from "../en/standing";
import type { Translated } from "../types";

export const standing: Translated<typeof english> = {
  no_such_instance: "인스턴스 {instance_id}이(가) 없습니다.",
  no_such_step: "인스턴스 {instance_id}에 {step} 단계가 없습니다.",
  instance_waits_for_room:
    "인스턴스 {instance_id}이(가) 아직 시작되지 않았습니다. {definition} 인스턴스가 최대 {max_active}개 중 {active}개 실행 중이며, 하나가 끝나면 시작합니다.",
  instance_waits_for_earlier:
    "인스턴스 {instance_id}이(가) 아직 시작되지 않았습니다. {definition}의 이전 인스턴스 {earlier_id}이(가) 끝나면 시작합니다.",
  instance_not_taken: "인스턴스 {instance_id}이(가) 아직 시작되지 않았습니다. {workers}. 엔진(batchdag worker)이 가져가면 시작합니다.",
  instance_ended: "인스턴스 {instance_id}이(가) 끝났습니다. 상태: {status}.",
  step_dropped: "{step} 단계는 제외되었습니다. 재시도에 사용한 버전 {version}에 이 단계가 없습니다.",
  waits_for_shards: "{step} 단계는 샤드로 나뉘어 실행됩니다. {total}개 중 {done}개 완료, {failed}개 실패. 모두 끝나면 계속합니다.",
  waits_for_parents: "{step} 단계는 이전 단계를 기다립니다: {parents}.",
  not_released: "{step} 단계 앞에 끝나지 않은 단계가 없습니다. 엔진이 다음 확인 때 실행 대기로 바꿉니다. 현재 {workers}.",
  snoozed: "{step} 단계는 외부 작업을 기다립니다({reason}). {due_seconds} 후({due_at}) 다시 확인합니다.",
  waits_to_retry: "{step} 단계는 {due_seconds} 후({due_at}) 다시 시도합니다. 이유: {reason}.",
  waits_for_limit: "{step} 단계는 {ready_seconds} 전부터 준비되어 있으며, 한도 때문에 기다립니다: {limit}.",
  not_claimed:
    "{step} 단계는 {ready_seconds} 전부터 준비되어 있지만 가져간 워커가 없습니다. {workers}. batchdag worker로 워커를 시작하세요.",
  running:
    "{step} 단계는 {worker}에서 {running_seconds} 동안 실행 중입니다({attempt}번째 시도). 임대는 {lease_seconds} 후 끝나며 계속 갱신됩니다.",
  worker_lost:
    "{step} 단계는 {worker}에서 {running_seconds} 전에 시작했습니다({attempt}번째 시도). 임대가 {lease_seconds} 전에 만료되어 워커가 유실된 상태이며, 복구 서비스가 단계를 다시 준비합니다.",
  upstream_failed: "{step} 단계는 이전 단계 때문에 실행되지 않았습니다: {failed}. 문제를 고친 뒤 인스턴스를 재시도하세요.",
  cancelled_by_stop: "{step} 단계는 {finished_at}에 취소되었습니다. onFailure: stop인 단계가 실패했습니다.",
  cancelled_with_instance: "{step} 단계는 {finished_at}에 취소되었습니다. {asked_at}에 인스턴스 {instance_id}의 취소가 요청되었습니다.",
  cancelled: "{step} 단계는 {finished_at}에 취소되었습니다({reason}).",
  succeeded: "{step} 단계는 {finished_at}에 성공했습니다({attempt}번째 시도).",
  failed: "{step} 단계는 {finished_at}, {attempt}번째 시도에서 실패했습니다({reason}).",
  condition_unmet: "{step} 단계는 조건이 거짓이어서 건너뛰었습니다.",
  skipped: "{step} 단계는 이전 단계 중 성공한 것이 없어 건너뛰었습니다.",
};
