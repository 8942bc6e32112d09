/** Why a retry, or a start, is refused: by the code of the API. */
export const refusals = {
  no_instance: "There is no instance {instance_id}.",
  only_tried: "Instance {instance_id} has only tried step {step}: rehearse the step again.",
  of_draft: "Instance {instance_id} has rehearsed an edit that is not saved: rehearse the edit again.",
  not_broken: "Instance {instance_id} cannot be retried: {status}. Only failed and cancelled ones can.",
  params_do_not_fit: "The instance's params do not fit that version: {problems}",
  params: "{count} {count:param does|params do} not fit what the definition takes.",
} as const;
