// Says what the browser loads: the first view, each further chunk, and all of it, compressed with gzip.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = resolve(dirname(fileURLToPath(import.meta.url)), "../../dist");
const page = readFileSync(resolve(dist, "index.html"), "utf8");
const sizes = readdirSync(resolve(dist, "assets"))
  .map((name) => ({ name, bytes: gzipSync(readFileSync(resolve(dist, "assets", name)), { level: 9 }).length }))
  .sort((one, other) => other.bytes - one.bytes);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
const sum = (rows) => rows.reduce((total, row) => total + row.bytes, 0);
for (const { name, bytes } of sizes) console.log(kilobytes(bytes), page.includes(name) ? "first" : "later", name);
console.log(kilobytes(sum(sizes.filter(({ name }) => page.includes(name)))), "first load");
console.log(kilobytes(sum(sizes)), "in all");
