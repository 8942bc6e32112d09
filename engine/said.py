"""A sentence for people beside what it is made of: who shows it in another language says it from code and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from runners.base import Json


@dataclass(frozen=True, slots=True)
class Said:
    """What is said.

    Attributes:
        code: which sentence; stable.
        values: what the sentence names; one that there is not is left out.
        words: the sentence in English.
    """

    code: str
    values: Mapping[str, Json]
    words: str


class Standing(StrEnum):
    """Why a step, or its whole instance, is or is not running: the codes of ``explained_step`` in schema.sql."""

    NO_SUCH_INSTANCE = "no_such_instance"
    NO_SUCH_STEP = "no_such_step"
    INSTANCE_WAITS_FOR_ROOM = "instance_waits_for_room"
    INSTANCE_WAITS_FOR_EARLIER = "instance_waits_for_earlier"
    INSTANCE_NOT_TAKEN = "instance_not_taken"
    INSTANCE_ENDED = "instance_ended"
    STEP_DROPPED = "step_dropped"
    WAITS_FOR_SHARDS = "waits_for_shards"
    WAITS_FOR_PARENTS = "waits_for_parents"
    NOT_RELEASED = "not_released"
    SNOOZED = "snoozed"
    WAITS_TO_RETRY = "waits_to_retry"
    WAITS_FOR_LIMIT = "waits_for_limit"
    NOT_CLAIMED = "not_claimed"
    RUNNING = "running"
    WORKER_LOST = "worker_lost"
    UPSTREAM_FAILED = "upstream_failed"
    CANCELLED_BY_STOP = "cancelled_by_stop"
    CANCELLED_WITH_INSTANCE = "cancelled_with_instance"
    CANCELLED = "cancelled"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CONDITION_UNMET = "condition_unmet"
    SKIPPED = "skipped"


class Happening(StrEnum):
    """What an entry of an instance's log says: the codes of ``instance_log.sql``."""

    CREATED = "created"
    ASKED = "asked"
    BEGAN = "began"
    ATTEMPT_BEGAN = "attempt_began"
    ATTEMPT_SUCCEEDED = "attempt_succeeded"
    ATTEMPT_FAILED = "attempt_failed"
    STEP_ENDED = "step_ended"
    CANCEL_ASKED = "cancel_asked"
    ENDED = "ended"
    ALERT = "alert"


class PlanReason(StrEnum):
    """Why a retry does with a step what it does."""

    UNCHANGED = "unchanged"
    NOT_DONE = "not_done"
    STEP_EDITED = "step_edited"
    PROMPT_EDITED = "prompt_edited"
    PARENTS_EDITED = "parents_edited"
    INPUT_CHANGES = "input_changes"
    ADDED = "added"
    REMOVED = "removed"


class Edit(StrEnum):
    """What a change of a definition does."""

    STEP_ADDED = "step_added"
    STEP_REMOVED = "step_removed"
    NEXT_STEPS = "next_steps"
    NEXT_STEPS_REORDERED = "next_steps_reordered"
    STEP_CONDITION = "step_condition"
    STEP_UNCONDITIONAL = "step_unconditional"
    STEP_FAN_IN = "step_fan_in"
    STEP_ON_FAILURE = "step_on_failure"
    STEP_PARALLEL = "step_parallel"
    STEP_IN_ONE_PIECE = "step_in_one_piece"
    STEP_ATTEMPTS = "step_attempts"
    STEP_RUNNER = "step_runner"
    STEP_TIMEOUT = "step_timeout"
    STEP_FIELD = "step_field"
    BUDGET = "budget"
    CRON = "cron"
    CRON_REMOVED = "cron_removed"
    DESCRIPTION = "description"
    ENABLED = "enabled"
    DISABLED = "disabled"
    MAX_ACTIVE = "max_active"
    MISFIRE = "misfire"
    OVERLAP = "overlap"
    PARAMS_SCHEMA = "params_schema"
    FIELD = "field"


class CostRemark(StrEnum):
    """What the cost of an edited definition rests on."""

    BASIS = "basis"
    STEP_ADDED = "step_added"
    STEP_REMOVED = "step_removed"
    STEP_EDITED = "step_edited"
    ASKS_NOBODY = "asks_nobody"
    WOULD_ASK = "would_ask"
    NO_PRICE = "no_price"


class RehearsalRemark(StrEnum):
    """What a rehearsal finds that would go wrong, and what is to know of its figures."""

    INSTANCE_FAILED = "instance_failed"
    STEP_FAILED = "step_failed"
    ANSWERS_UNUSABLE = "answers_unusable"
    OVER_BUDGET = "over_budget"
    USING = "using"
    NO_PRICE = "no_price"
    LEFT_OUT = "left_out"
    SAMPLED = "sampled"
    NOT_READY = "not_ready"
    EMPTY_COPY = "empty_copy"
    ROWS_REFUSED = "rows_refused"


class Takes(StrEnum):
    """How long asking would take, and by what that is known."""

    NOTHING_TO_ASK = "nothing_to_ask"
    LIKE_JOBS = "like_jobs"
    WITHIN_WINDOW = "within_window"
    UNKNOWN = "unknown"
    LIKE_CALLS = "like_calls"
    BY_CONCURRENCY = "by_concurrency"


class AnswerLength(StrEnum):
    """By what the length of an answer is known."""

    OF_STEP = "of_step"
    OF_MODEL = "of_model"
    SIMULATED = "simulated"


class NoEta(StrEnum):
    """Why nobody can say when an instance ends."""

    NOT_RUNNING = "not_running"
    STEPS_NEVER_DONE = "steps_never_done"


class FireReason(StrEnum):
    """Why an instant was not fired as it came."""

    OVERLAPPED = "overlapped"
    NOT_FIRED = "not_fired"
    NOT_THE_LATEST = "not_the_latest"
    BACKFILLED = "backfilled"
    BACKFILLED_AFTER = "backfilled_after"
    NOBODY_LOOKED = "nobody_looked"


class RetryRefusal(StrEnum):
    """Why an instance cannot be retried."""

    NO_INSTANCE = "no_instance"
    ONLY_TRIED = "only_tried"
    OF_DRAFT = "of_draft"
    NOT_BROKEN = "not_broken"
    PARAMS_DO_NOT_FIT = "params_do_not_fit"
