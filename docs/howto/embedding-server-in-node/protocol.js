// The service of embedding_stream.proto, as server and client alike need it.
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const PROTO = path.join(__dirname, '../../../protos/embedding_stream.proto');
const OPTIONS = { keepCase: true, longs: Number, defaults: true };
const LIMIT = 100 * 1024 * 1024;

const { EmbeddingStream } = grpc.loadPackageDefinition(loader.loadSync(PROTO, OPTIONS)).batchdag.embeddings.v1;

module.exports = {
  grpc,
  EmbeddingStream,
  channelOptions: { 'grpc.max_receive_message_length': LIMIT, 'grpc.max_send_message_length': LIMIT },
};
