/** What an entry of an instance's log says: by the code of the API. */
export const happenings = {
  created: "Instance {instance_id} of {definition} was asked for ({trigger}), version {version}.",
  asked: "{action} over HTTP: {outcome}.",
  began: "Instance {instance_id} began.",
  attempt_began: "{step} began attempt {attempt} at {worker}.",
  attempt_succeeded: "{step} succeeded at attempt {attempt}.",
  attempt_failed: "{step} failed at attempt {attempt} at {worker}.",
  step_ended: "{step}: {state}.",
  cancel_asked: "Cancelling instance {instance_id} was asked for.",
  ended: "Instance {instance_id} has ended: {status}.",
  alert: "The alert {alert} for {webhook}: {delivery}.",
} as const;
