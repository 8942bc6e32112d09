/** Why a step, or its instance, is or is not running: by the code of the API. */
export const standing = {
  no_such_instance: "There is no instance {instance_id}.",
  no_such_step: "Instance {instance_id} has no step {step}.",
  instance_waits_for_room:
    "Instance {instance_id} has not begun: {active} of at most {max_active} instances of {definition} are running. It starts when one ends.",
  instance_waits_for_earlier:
    "Instance {instance_id} has not begun: instance {earlier_id} of {definition} has not ended. It starts after it.",
  instance_not_taken: "Instance {instance_id} has not begun: {workers}. It starts as soon as an engine takes it (batchdag worker).",
  instance_ended: "Instance {instance_id} has ended: {status}.",
  step_dropped: "Step {step} was dropped: version {version}, with which the instance was retried, no longer has it.",
  waits_for_shards:
    "Step {step} is spread over shards: {done} of {total} are done, {failed} failed. It goes on when all are.",
  waits_for_parents: "Step {step} waits for {parents}.",
  not_released: "Nothing before step {step} is unfinished: the engine releases it with its next pass. For now {workers}.",
  snoozed: "Step {step} waits for something outside ({reason}). It looks again in {due_seconds}, at {due_at}.",
  waits_to_retry: "Step {step} is tried again in {due_seconds}, at {due_at} ({reason}).",
  waits_for_limit: "Step {step} has been ready for {ready_seconds}, and waits because {limit}.",
  not_claimed:
    "Step {step} has been ready for {ready_seconds}, but no worker has claimed it: {workers}. Start one with batchdag worker.",
  running:
    "Step {step} has been running for {running_seconds} at {worker}, attempt {attempt}. Its lease ends in {lease_seconds} and is renewed.",
  worker_lost:
    "Step {step} has been running for {running_seconds} at {worker}, attempt {attempt}. Its lease expired {lease_seconds} ago: the worker is lost, and a rescuer makes the step ready again.",
  upstream_failed: "Step {step} did not run because of what came before it: {failed}. Mend that and retry the instance.",
  cancelled_by_stop: "Step {step} was cancelled at {finished_at}, because a step with onFailure: stop failed.",
  cancelled_with_instance:
    "Step {step} was cancelled at {finished_at}: cancelling instance {instance_id} was asked for at {asked_at}.",
  cancelled: "Step {step} was cancelled at {finished_at} ({reason}).",
  succeeded: "Step {step} succeeded at {finished_at}, attempt {attempt}.",
  failed: "Step {step} failed at {finished_at}, attempt {attempt} ({reason}).",
  condition_unmet: "Step {step} was skipped: its condition is false.",
  skipped: "Step {step} was skipped: of what came before it, nothing succeeded.",
} as const;
