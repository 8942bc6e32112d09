"""What a definition says about generating: the prompt, the model, how to ask, and what an answer must be like."""

from typing import Annotated, Literal

from jsonschema.exceptions import SchemaError
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

from definitions.keywords import LinearValidator
from definitions.models import Tolerate
from definitions.schemas import check_schema
from runners.base import PER_ITEM, PROMPT, TABLE, TEMPLATE, Json, Params, one_of

Name = Annotated[StrictStr, Field(min_length=1)]
TemplateText = Annotated[StrictStr, Field(min_length=1, json_schema_extra=PER_ITEM)]
SystemText = Annotated[StrictStr, Field(json_schema_extra=TEMPLATE)]
PromptKey = Annotated[StrictStr, Field(min_length=1, json_schema_extra=PROMPT)]
Scalar = StrictStr | StrictBool | StrictInt | StrictFloat | None


_NOT_OPTIONS = frozenset(
    {
        "model", "n", "stream", "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens",
        "candidateCount", "candidate_count",
    }
)  # fmt: skip
"""Fields of a request that decide what it may cost."""


class Choice(Params):
    """A provider and its model."""

    provider: Name = Field(default="simulated", description="openai, openai_responses, gemini, vertex or simulated.")
    model: Name = Field(description="The model, as the provider names it.")


class Patience(Params):
    """How long a provider's job may take, and how often to look."""

    interval_seconds: float = Field(default=30, gt=0, le=3600, description="Between two looks at a job.")
    deadline_hours: float | None = Field(
        default=None, gt=0, le=200, description="Cancel a job that is not done by then; default: its window and 2 h."
    )
    settle_seconds: float = Field(
        default=90, ge=0, le=3600, description="How long to look for a job whose creation is in doubt."
    )


class Asking(Params):
    """What ``generate`` and ``explain`` have in common."""

    model_config = one_of("prompt", "template")

    provider: Name = Field(default="simulated", description="openai, openai_responses, gemini, vertex or simulated.")
    model: Name = Field(description="The model, as the provider names it.")
    fallback: Choice | None = Field(
        default=None, description="Who is asked for the rest when a job is stuck or refused."
    )
    prompt: PromptKey | None = Field(default=None, description="The key of a row of prompt_template.")
    template: TemplateText | None = Field(default=None, description="The prompt itself, in place of a key.")
    system: SystemText | None = Field(default=None, description="The system prompt; default: that of the prompt.")
    json_schema: dict[str, Json] | None = Field(
        default=None, alias="schema", description="A JSON Schema that every answer must fit; default: the prompt's."
    )
    max_output_tokens: int = Field(default=1024, ge=1, le=1_000_000, description="How long one answer may be.")
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="0: the likeliest answer, 2: the most varied; default: the model's own."
    )
    options: dict[str, Json] = Field(default_factory=dict, description="More fields of the provider's request body.")
    job_tokens: int | None = Field(
        default=None, ge=1, description="Input tokens of one job at most; set it to your enqueued-token limit."
    )
    max_tries: int = Field(default=3, ge=1, le=10, description="How often one item is asked, the error in the prompt.")
    retry_seconds: float = Field(
        default=0, ge=0, le=3600, description="Live: wait this long, times the tries so far, before asking again."
    )
    concurrency: int = Field(default=3, ge=1, le=200, description="Live calls at once, at most.")
    poll: Patience = Field(default_factory=Patience)
    unknown_price: Literal["refuse", "free"] = Field(
        default="refuse", description="What to do where no price is known: refuse, or count it as free."
    )
    reuse: Literal["always", "instance"] = Field(
        default="always", description="instance: an answer to the same request is reused only within the instance."
    )
    tolerate: Tolerate | None = Field(default=None, description="How many items may fail; default: any, not all.")

    @field_validator("json_schema")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Json] | None) -> dict[str, Json] | None:
        if schema is None:
            return None
        try:
            LinearValidator.check_schema(schema, format_checker=None)
        except SchemaError as error:
            raise ValueError(f"schema{error.json_path[1:]}: {error.message}") from error
        if problems := check_schema({**schema, "type": "object"}, path="schema"):
            raise ValueError("; ".join(str(problem) for problem in problems))
        return schema

    @field_validator("options")
    @classmethod
    def _leaves_the_cost_alone(cls, options: dict[str, Json]) -> dict[str, Json]:
        inner = [options.get(name) for name in ("generationConfig", "generation_config")]
        names = {name for part in (options, *inner) if isinstance(part, dict) for name in part}
        if taken := sorted(names & _NOT_OPTIONS):
            raise ValueError(
                f"{', '.join(taken)} cannot be set here, because the budget counts on it; use model and maxOutputTokens"
            )
        return options

    @model_validator(mode="after")
    def _one_prompt(self) -> "Asking":
        if (self.prompt is None) == (self.template is None):
            raise ValueError("give either prompt (the key of a prompt_template) or template (the text), not both")
        return self

    def choices(self) -> list[Choice]:
        """Return who may be asked, in order."""
        first = Choice(provider=self.provider, model=self.model)
        return [first] if self.fallback is None else [first, self.fallback]


class GenerateParams(Asking):
    """The params of ``generate``."""

    mode: Literal["batch", "live", "flex", "auto"] = Field(
        default="auto", description="auto: batch from liveBelow items on, live below, or when deadlineMinutes is short."
    )
    live_below: int = Field(default=20, ge=0, description="auto: fewer items than this are asked live.")
    deadline_minutes: float | None = Field(
        default=None, gt=0, description="auto: answers are needed by then; a batch may take its whole window."
    )
    into: Name | None = Field(
        default=None,
        description="The field for the answer; default: the fields of a JSON answer are merged, text is `answer`.",
    )
    keep: list[Name] | None = Field(default=None, description="Fields of the item to keep; default: all.")


class ExplainColumns(Params):
    """Which columns of the table are what. The database's own names."""

    id: Name = Field(default="id", description="The key column.")
    explanation: Name = Field(default="explanation", description="Where the answer goes.")
    status: Name = Field(default="explanation_status", description="pending, generating, completed or failed.")
    generated_at: Name | None = Field(default="explanation_generated_at", description="null: the table has none.")
    error: Name | None = Field(default="explanation_error", description="null: the table has none.")
    priority: Name | None = Field(default=None, description="Rows with a higher number are asked for first.")


class ExplainParams(Asking):
    """The params of ``explain``."""

    table: Name = Field(
        json_schema_extra=TABLE, description="The table of the questions; in one of the schemas that load may write to."
    )
    columns: ExplainColumns = Field(default_factory=ExplainColumns)
    fields: list[Name] | None = Field(default=None, description="Columns for the prompt; default: all others.")
    states: list[Literal["pending", "failed"]] = Field(
        default=["pending"], min_length=1, description="Which rows to explain; no state counts as pending."
    )
    where: dict[Name, Scalar] = Field(
        default_factory=dict, description="Only rows whose columns have these values; null: those that have none."
    )
    limit: int | None = Field(default=None, ge=1, description="At most so many rows in one run.")
    mode: Literal["batch", "live", "flex"] = Field(
        default="live", description="batch: a job, cheaper and later; live: one call each; flex: cheaper and slower."
    )
    max_tries: int = Field(default=4, ge=1, le=10, description="The first try and three more.")
    retry_seconds: float = Field(
        default=5, ge=0, le=3600, description="Live: wait this long, times the tries so far, before asking again."
    )
