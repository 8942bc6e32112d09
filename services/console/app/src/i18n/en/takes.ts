/** How long asking would take, and by what that is known: by the code of the API. */
export const takes = {
  nothing_to_ask: "nothing to ask",
  like_jobs: "about {about_seconds}, as the last {jobs} {jobs:job|jobs}",
  within_window: "within {window_seconds}, the window of {provider}",
  unknown: "not known",
  like_calls: "about {about_seconds}, as the last {jobs} {jobs:run|runs} of calls",
  by_concurrency: "about {about_seconds}, if {calls} {calls:call|calls} at once answer {rate} tokens a second",
} as const;
