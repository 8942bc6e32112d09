// An embedding server: streams the rows of JSONL files, {"id": "a", "embedding": [0.1, ...], "metadata": {...}}.
//   EMBEDDING_TOKEN=... node server.js 127.0.0.1:50051 jobs.jsonl users.jsonl
const crypto = require('node:crypto');
const events = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { grpc, EmbeddingStream, channelOptions } = require('./protocol');

const MOST_ROWS = 500;
const USUAL_BYTES = 4_000_000;
const ROW_BYTES = 32; // more than the lengths and tags of a row take

const [address, ...files] = process.argv.slice(2);
const token = sha256(process.env.EMBEDDING_TOKEN || refuseToStart('set EMBEDDING_TOKEN'));
const dataSets = new Map(files.map((file) => [path.basename(file, '.jsonl'), load(file)]));

function load(file) {
  const content = fs.readFileSync(file);
  const rows = content.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const dimensions = rows.length ? rows[0].embedding.length : 0;
  // Float32Array has the machine's byte order. The protocol wants little-endian, which nearly all machines have.
  const matrix = new Float32Array(rows.flatMap((row) => row.embedding));
  if (matrix.length !== rows.length * dimensions) refuseToStart(`${file}: vectors differ in length`);
  return {
    version: sha256(content).toString('hex').slice(0, 32),
    rows: rows.map((row) => ({ id: row.id, metadata: JSON.stringify(row.metadata ?? {}) })),
    dimensions,
    matrix: Buffer.from(matrix.buffer),
  };
}

function describe(call, answer) {
  try {
    const name = call.request.data_set;
    const data = find(call, name);
    answer(null, { name, version: data.version, rows: data.rows.length, dimensions: data.dimensions, model: '' });
  } catch (error) {
    answer(error);
  }
}

async function stream(call) {
  try {
    const request = call.request;
    const data = find(call, request.data_set);
    if (request.version && request.version !== data.version) {
      throw refusal('FAILED_PRECONDITION', `${request.data_set} is of version ${data.version}; begin again at row 0`);
    }
    const end = request.end_row || data.rows.length;
    if (end > data.rows.length) throw refusal('INVALID_ARGUMENT', `end_row: there are ${data.rows.length} rows`);
    if (request.first_row > end) throw refusal('INVALID_ARGUMENT', `first_row: lies beyond ${end}`);
    for (let first = request.first_row; first < end && !call.cancelled; ) {
      const rows = take(data, first, end, request);
      const bytes = data.dimensions * 4;
      const matrix = data.matrix.subarray(first * bytes, (first + rows.length) * bytes);
      const chunk = { version: data.version, first_row: first, rows, dimensions: data.dimensions, matrix };
      // Back-pressure: when the connection is full, wait until the client has read.
      if (!call.write(chunk)) await Promise.race([events.once(call, 'drain'), events.once(call, 'cancelled')]);
      first += rows.length;
    }
    call.end();
  } catch (error) {
    call.emit('error', error);
  }
}

// As many rows as are asked for, and as fit the bytes.
function take(data, first, end, request) {
  const most = Math.min(request.chunk_rows || MOST_ROWS, MOST_ROWS, end - first);
  const limit = request.max_chunk_bytes || USUAL_BYTES;
  let size = 200;
  let rows = 0;
  for (; rows < most; rows += 1) {
    const { id, metadata } = data.rows[first + rows];
    size += data.dimensions * 4 + Buffer.byteLength(id) + Buffer.byteLength(metadata) + ROW_BYTES;
    if (size > limit) break;
  }
  if (!rows) throw refusal('INVALID_ARGUMENT', `max_chunk_bytes: row ${first} takes ${size}`);
  return data.rows.slice(first, first + rows);
}

function find(call, name) {
  const [said = ''] = call.metadata.get('authorization');
  const given = sha256(said.replace(/^Bearer /i, ''));
  if (!/^Bearer /i.test(said) || !crypto.timingSafeEqual(given, token)) {
    throw refusal('UNAUTHENTICATED', 'send the metadata `authorization: Bearer <token>`');
  }
  if (!dataSets.has(name)) throw refusal('NOT_FOUND', `there is no ${name}; there are: ${[...dataSets.keys()]}`);
  return dataSets.get(name);
}

function refusal(status, message) {
  return Object.assign(new Error(message), { code: grpc.status[status], details: message });
}

function sha256(value) {
  return crypto.createHash('sha256').update(value).digest();
}

function refuseToStart(why) {
  console.error(why);
  process.exit(1);
}

const server = new grpc.Server(channelOptions);
server.addService(EmbeddingStream.service, { Describe: describe, Stream: stream }); // the others: UNIMPLEMENTED
server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) refuseToStart(error.message);
  console.log(`listens on ${address.replace(/:\d+$/, '')}:${port}`);
});
process.on('SIGTERM', () => {
  server.tryShutdown(() => process.exit(0)); // once the streams have ended
  setTimeout(() => process.exit(0), 10_000);
});
