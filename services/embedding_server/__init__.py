"""The embedding server: streams data sets, embeds texts, recommends. Speaks ``protos/embedding_stream.proto``."""
