from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DescribeRequest(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    def __init__(self, data_set: _Optional[str] = ...) -> None: ...

class DataSet(_message.Message):
    __slots__ = ("name", "version", "rows", "dimensions", "model")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    rows: int
    dimensions: int
    model: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., rows: _Optional[int] = ..., dimensions: _Optional[int] = ..., model: _Optional[str] = ...) -> None: ...

class StreamRequest(_message.Message):
    __slots__ = ("data_set", "version", "first_row", "end_row", "chunk_rows", "max_chunk_bytes")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    END_ROW_FIELD_NUMBER: _ClassVar[int]
    CHUNK_ROWS_FIELD_NUMBER: _ClassVar[int]
    MAX_CHUNK_BYTES_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    version: str
    first_row: int
    end_row: int
    chunk_rows: int
    max_chunk_bytes: int
    def __init__(self, data_set: _Optional[str] = ..., version: _Optional[str] = ..., first_row: _Optional[int] = ..., end_row: _Optional[int] = ..., chunk_rows: _Optional[int] = ..., max_chunk_bytes: _Optional[int] = ...) -> None: ...

class Chunk(_message.Message):
    __slots__ = ("version", "first_row", "rows", "dimensions", "matrix")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MATRIX_FIELD_NUMBER: _ClassVar[int]
    version: str
    first_row: int
    rows: _containers.RepeatedCompositeFieldContainer[Row]
    dimensions: int
    matrix: bytes
    def __init__(self, version: _Optional[str] = ..., first_row: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[Row, _Mapping]]] = ..., dimensions: _Optional[int] = ..., matrix: _Optional[bytes] = ...) -> None: ...

class Row(_message.Message):
    __slots__ = ("id", "metadata", "vector")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: str
    vector: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[str] = ..., vector: _Optional[_Iterable[float]] = ...) -> None: ...

class EmbedRequest(_message.Message):
    __slots__ = ("texts", "model", "dimensions")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    model: str
    dimensions: int
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., dimensions: _Optional[int] = ...) -> None: ...

class EmbedResponse(_message.Message):
    __slots__ = ("model", "dimensions", "matrix", "tokens")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MATRIX_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    model: str
    dimensions: int
    matrix: bytes
    tokens: int
    def __init__(self, model: _Optional[str] = ..., dimensions: _Optional[int] = ..., matrix: _Optional[bytes] = ..., tokens: _Optional[int] = ...) -> None: ...

class RecommendRequest(_message.Message):
    __slots__ = ("of_data_set", "id", "data_set", "limit")
    OF_DATA_SET_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    of_data_set: str
    id: str
    data_set: str
    limit: int
    def __init__(self, of_data_set: _Optional[str] = ..., id: _Optional[str] = ..., data_set: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class RecommendResponse(_message.Message):
    __slots__ = ("matches",)
    class Match(_message.Message):
        __slots__ = ("id", "similarity", "metadata")
        ID_FIELD_NUMBER: _ClassVar[int]
        SIMILARITY_FIELD_NUMBER: _ClassVar[int]
        METADATA_FIELD_NUMBER: _ClassVar[int]
        id: str
        similarity: float
        metadata: str
        def __init__(self, id: _Optional[str] = ..., similarity: _Optional[float] = ..., metadata: _Optional[str] = ...) -> None: ...
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[RecommendResponse.Match]
    def __init__(self, matches: _Optional[_Iterable[_Union[RecommendResponse.Match, _Mapping]]] = ...) -> None: ...
