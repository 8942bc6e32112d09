// Reads a data set from a server, from a row on, and says what came.
//   EMBEDDING_TOKEN=... node read.js 127.0.0.1:50051 jobs [first row] [version]
const { grpc, EmbeddingStream, channelOptions } = require('./protocol');

const [address, dataSet, firstRow = '0', version = ''] = process.argv.slice(2);
const client = new EmbeddingStream(address, grpc.credentials.createInsecure(), channelOptions);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${process.env.EMBEDDING_TOKEN}`);

// The bytes of a matrix may begin anywhere in memory, a Float32Array at multiples of 4 only: so they are copied.
function floats(matrix) {
  return new Float32Array(new Uint8Array(matrix).buffer);
}

function shown({ id, metadata }) {
  return { id, metadata };
}

async function main() {
  const read = { rows: 0, chunks: 0, sum: 0 };
  const request = { data_set: dataSet, first_row: Number(firstRow), version, chunk_rows: 500 };
  for await (const chunk of client.Stream(request, metadata)) {
    if (chunk.first_row !== Number(firstRow) + read.rows) throw new Error(`a gap before row ${chunk.first_row}`);
    const vectors = floats(chunk.matrix);
    if (vectors.length !== chunk.rows.length * chunk.dimensions) throw new Error('a matrix of another size');
    read.first ??= shown(chunk.rows[0]);
    read.last = shown(chunk.rows.at(-1));
    read.version = chunk.version;
    read.rows += chunk.rows.length;
    read.chunks += 1;
    read.sum = vectors.reduce((sum, value) => sum + value, read.sum);
  }
  // A real client writes its checkpoint, first row + rows and the version, in the transaction that writes the rows.
  console.log(JSON.stringify(read));
}

main().catch((error) => {
  console.error(`${grpc.status[error.code] ?? 'ERROR'}: ${error.details ?? error.message}`);
  process.exitCode = 1;
}).finally(() => client.close());
