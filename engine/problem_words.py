"""Knows again the sentences that say what is wrong with a definition, its params or a request. Pure.

The checks in Python and those of the database say the same in their own words; both are for people who read them in SQL
or in a terminal. What a parser of another project says has no code of its own, but for the line that it names.
"""

import re
from enum import StrEnum

from engine.said import Said


class ProblemCode(StrEnum):
    """What is wrong with a value."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    FIELD_NOT_TAKEN = "field_not_taken"
    WRONG_TYPE = "wrong_type"
    NO_SUCH_TYPE = "no_such_type"
    NONE_OF = "none_of"
    NO_KEY = "no_key"
    EMPTY_TEXT = "empty_text"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    BELOW = "below"
    ABOVE = "above"
    NOT_ABOVE = "not_above"
    NOT_BELOW = "not_below"
    NO_MATCH = "no_match"
    EXACTLY_ONE = "exactly_one"
    UNKNOWN_ZONE = "unknown_zone"
    NO_CRON = "no_cron"
    CRON_PART = "cron_part"
    CRON_NEVER = "cron_never"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_STEP = "unknown_step"
    NAMED_TWICE = "named_twice"
    FOLLOWS_ITSELF = "follows_itself"
    CYCLE = "cycle"
    BEHIND_CYCLE = "behind_cycle"
    NO_ANCESTOR = "no_ancestor"
    UNKNOWN_RUNNER = "unknown_runner"
    KEY_IS_NO_RUNNER = "key_is_no_runner"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_FILTER = "unknown_filter"
    UNKNOWN_PARAM = "unknown_param"
    UNKNOWN_BIND = "unknown_bind"
    NO_TABLE_NAME = "no_table_name"
    TABLE_OF_POSTGRESQL = "table_of_postgresql"
    TABLE_OF_THE_ENGINE = "table_of_the_engine"
    UNDERSCORE = "underscore"
    MANY_EXPRESSIONS = "many_expressions"
    SQL_NO_QUERY = "sql_no_query"
    SQL_MANY = "sql_many"
    SQL_NO_TEMPLATE = "sql_no_template"
    SQL_EMPTY = "sql_empty"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    PARAMS_NO_OBJECT = "params_no_object"
    MORE = "more"
    UNREADABLE_LINE = "unreadable_line"


_KINDS = (
    "an? (?:string|list|object|number|whole number|integer|boolean|array|dictionary)|true or false|null|a finite number"
)
_NAME = r'"(?P<name>[^"]*)"'
_NEAREST = r'(?: \(did you mean "(?P<nearest>[^"]*)"\?\))?'
_KNOWN = r"(?:; (?:known|registered): (?P<known>.*))?"
_LINE = r"(?: \(line (?P<line>\d+)\))?"
_COUNT = r"(?P<count>[\d,]+)"
_BOUND = r"(?P<bound>[-+.\deE]+)"
_LETTERS = r"(?:String should|must|\".*\" should) have"

_FORMS = (
    (ProblemCode.REQUIRED, r"is required|Field required"),
    (ProblemCode.UNKNOWN_FIELD, rf"unknown field {_NAME}{_NEAREST}{_KNOWN}"),
    (ProblemCode.FIELD_NOT_TAKEN, rf"Extra inputs are not permitted|unknown field{_NEAREST}"),
    (ProblemCode.PARAMS_NO_OBJECT, r'must be "object": .*'),
    (ProblemCode.WRONG_TYPE, rf"must be (?P<wanted>(?:{_KINDS})(?: or (?:{_KINDS}))*), not (?P<given>.*)"),
    (
        ProblemCode.NO_SUCH_TYPE,
        r"Input should be a valid (?P<wanted>string|list|number|integer|dictionary|boolean)(?:,.*)?",
    ),
    (ProblemCode.NONE_OF, rf"(?P<given>.*) is none of (?P<choices>.*?){_NEAREST}"),
    (ProblemCode.NONE_OF, rf"must be one of (?P<choices>.*), not (?P<given>.*?){_NEAREST}"),
    (ProblemCode.NONE_OF, r"must be (?P<choices>\".*\"|[-\d\[{].*), not (?P<given>.*)"),
    (ProblemCode.NO_KEY, rf"{_NAME} is not a key: .*"),
    (ProblemCode.EMPTY_TEXT, r"(?:\"\"|String) should have at least 1 character|must not be empty|is empty"),
    (ProblemCode.EMPTY_TEXT, r'string "" does not satisfy minLength 1'),
    (ProblemCode.TOO_SHORT, rf"{_LETTERS} at least {_COUNT} characters?"),
    (ProblemCode.TOO_SHORT, rf"string .* does not satisfy minLength {_COUNT}"),
    (ProblemCode.TOO_LONG, rf"{_LETTERS} at most {_COUNT} characters?(?:, not \d+)?"),
    (ProblemCode.TOO_LONG, rf"string .* does not satisfy maxLength {_COUNT}"),
    (ProblemCode.TOO_LONG, rf"(?:the text )?has [\d,]+ characters; at most {_COUNT} are allowed"),
    (ProblemCode.TOO_FEW, rf"has \d+ entries, but at least {_COUNT} is allowed"),
    (ProblemCode.TOO_FEW, rf"list of \d+ does not satisfy minItems {_COUNT}"),
    (ProblemCode.TOO_FEW, rf"must have at least {_COUNT} items, not \d+"),
    (ProblemCode.TOO_MANY, rf"has \d+ entries, but at most {_COUNT} are allowed"),
    (ProblemCode.TOO_MANY, rf"list of \d+ does not satisfy maxItems {_COUNT}"),
    (ProblemCode.TOO_MANY, rf"must have at most {_COUNT} items, not \d+"),
    (
        ProblemCode.BELOW,
        rf"(?:.* does not satisfy minimum|.* should be greater than or equal to|must be at least) {_BOUND}",
    ),
    (
        ProblemCode.ABOVE,
        rf"(?:.* does not satisfy maximum|.* should be less than or equal to|must be at most) {_BOUND}",
    ),
    (
        ProblemCode.NOT_ABOVE,
        rf"(?:.* does not satisfy exclusiveMinimum|.* should be greater than|must be more than) {_BOUND}",
    ),
    (
        ProblemCode.NOT_BELOW,
        rf"(?:.* does not satisfy exclusiveMaximum|.* should be less than|must be less than) {_BOUND}",
    ),
    (ProblemCode.NO_MATCH, r"(?P<given>.*) does not (?:satisfy|match the) pattern (?P<pattern>.*)"),
    (ProblemCode.EXACTLY_ONE, r"give exactly one of (?P<choices>.*); given: (?P<found>.*)"),
    (ProblemCode.UNKNOWN_ZONE, rf"unknown time zone {_NAME}{_NEAREST}(?:: .*)?"),
    (ProblemCode.NO_CRON, rf"{_NAME} is not a cron expression: .*"),
    (ProblemCode.NO_CRON, rf"unknown name \"(?P<name>@[^\"]*)\"{_NEAREST}; known: @.*"),
    (ProblemCode.CRON_PART, rf"{_NAME}: bad (?P<part>minute|hour|day-of-month|month|day-of-week), or none that comes"),
    (ProblemCode.CRON_NEVER, rf"{_NAME} never (?:fires|comes): .*"),
    (ProblemCode.DUPLICATE_KEY, rf"duplicate key {_NAME} \(first at (?P<at>steps\[\d+\])\)"),
    (ProblemCode.DUPLICATE_KEY, rf"{_NAME} is already the key of (?P<at>steps\[\d+\])"),
    (ProblemCode.UNKNOWN_STEP, rf"unknown step {_NAME}{_NEAREST}"),
    (ProblemCode.UNKNOWN_STEP, rf"{_NAME}: unknown step{_NEAREST}"),
    (ProblemCode.NAMED_TWICE, rf"{_NAME} is (?:listed|named) twice"),
    (ProblemCode.FOLLOWS_ITSELF, rf"{_NAME} (?:cannot follow|names) itself"),
    (ProblemCode.CYCLE, r"cycle: (?P<way>.*)"),
    (
        ProblemCode.BEHIND_CYCLE,
        rf"{_NAME} (?:is unreachable: it comes after|cannot be reached: it is in or behind) a cycle.*",
    ),
    (ProblemCode.NO_ANCESTOR, rf"{_NAME} is not an ancestor of \"(?P<of>[^\"]*)\""),
    (ProblemCode.UNKNOWN_RUNNER, rf"unknown runner {_NAME}{_NEAREST}{_KNOWN}"),
    (ProblemCode.KEY_IS_NO_RUNNER, rf"names no runner and {_NAME} is no registered one{_NEAREST}{_KNOWN}"),
    (ProblemCode.NOT_ALLOWED, rf"not allowed here: (?P<what>.*?){_LINE}"),
    (ProblemCode.UNKNOWN_NAME, rf"unknown name {_NAME}{_NEAREST}{_KNOWN}{_LINE}"),
    (ProblemCode.UNKNOWN_FILTER, rf"unknown (?:filter|test) {_NAME}{_NEAREST}{_KNOWN}"),
    (ProblemCode.UNKNOWN_BIND, rf'unknown param ":(?P<name>[^"]*)"{_NEAREST}: .*'),
    (ProblemCode.UNKNOWN_PARAM, rf"unknown param {_NAME}{_NEAREST}: .*"),
    (ProblemCode.NO_TABLE_NAME, r'"(?P<name>.*)" is not a table name; .*'),
    (ProblemCode.TABLE_OF_POSTGRESQL, r"(?P<name>.*) belongs to PostgreSQL itself; .*"),
    (ProblemCode.TABLE_OF_THE_ENGINE, r"(?P<name>.*) has a name that is reserved for the engine; .*"),
    (ProblemCode.UNDERSCORE, rf"the attribute {_NAME} begins with an underscore{_LINE}"),
    (ProblemCode.MANY_EXPRESSIONS, r"only one expression is allowed; it ends before '(?P<what>.*)'"),
    (ProblemCode.SQL_NO_QUERY, r"the SQL begins with \"(?P<what>.*?)\"; it must be one query: .*"),
    (ProblemCode.SQL_MANY, r"the SQL has more than one statement: .*|must be one statement: there is a ; in it"),
    (ProblemCode.SQL_NO_TEMPLATE, r"SQL is not a template: .*"),
    (ProblemCode.SQL_EMPTY, r"the SQL is empty"),
    (ProblemCode.TOO_DEEP, rf"(?:the text is )?nested more than {_COUNT} levels deep{_LINE}"),
    (ProblemCode.TOO_DEEP, rf"is nested deeper than {_COUNT}"),
    (ProblemCode.TOO_LARGE, rf"the definition is larger than {_COUNT} characters of JSON"),
    (ProblemCode.MORE, rf"has more than {_COUNT} problems; these are the first"),
    (ProblemCode.UNREADABLE_LINE, r"(?P<said>.*) \(line (?P<line>\d+)\)"),
)  # fmt: skip
"""The first that fits a sentence as a whole says what it means."""


def known_problem(message: str) -> Said | None:
    """Return the code and the values of what is wrong; None: only these words say it."""
    for code, form in _FORMS:
        if match := re.fullmatch(form, message, re.DOTALL):
            named = {name: value for name, value in match.groupdict().items() if value is not None}
            return Said(code, named, message)
    return None
