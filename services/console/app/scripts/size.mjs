// Says what each page needs before it can be used, what comes after, and the sum; fails if a page needs too much.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const MOST = 250_000; // bytes of gzip, which is what the server sends

/** The pages, each with the chunks that it loads; what these import is found in them. */
const PAGES = {
  "sign in": [],
  definitions: ["definitions"],
  "a definition": ["definitions", "DagView"],
  editor: ["editor", "DagView"],
  run: ["runs"],
  instances: ["instances"],
  "an instance": ["instances", "DagView"],
  explanations: ["explanations"],
  embeddings: ["embeddings"],
  operations: ["operations"],
};
/** What a page can be used without: a code field is a plain one before, and a small graph is laid out beside the page. */
const AFTER = ["CodeEditorView", "layoutWorker"];
const LANGUAGES = ["en", "ko"];

const assets = resolve(dirname(fileURLToPath(import.meta.url)), "../../dist/assets");
const texts = new Map(readdirSync(assets).map((name) => [name, readFileSync(resolve(assets, name))]));
const first = readFileSync(resolve(assets, "../index.html"), "utf8");
const sizes = new Map([...texts].map(([name, text]) => [name, { gzip: gzipSync(text).length, brotli: brotliCompressSync(text).length }]));

/** The files of a chunk: its script and its style sheet, and what they import at once. */
function filesOf(chunk) {
  const own = [...texts.keys()].filter((name) => name.replace(/-[\w-]{8}\.\w+$/, "") === chunk);
  if (own.length === 0) throw new Error(`no built file is named ${chunk}: say in scripts/size.mjs what the pages load now`);
  return own.flatMap((name) => [name, ...importedBy(name)]);
}

const importedBy = (name) =>
  name.endsWith(".js") ? [...texts.get(name).toString().matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, file]) => file) : [];

const named = [...texts.keys()].filter((name) => first.includes(name));
const sum = (files) =>
  [...new Set(files)].reduce(
    (total, name) => ({ gzip: total.gzip + sizes.get(name).gzip, brotli: total.brotli + sizes.get(name).brotli }),
    { gzip: 0, brotli: 0 },
  );
const row = (label, { gzip, brotli }) => {
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(9);
  console.log(label.padEnd(34), kilobytes(gzip), kilobytes(brotli));
};

console.log("kB".padEnd(34), "     gzip", "   brotli");
const needs = Object.entries(PAGES).flatMap(([page, chunks]) =>
  LANGUAGES.map((language) => [`${page}, ${language}`, sum([...named, ...filesOf(language), ...chunks.flatMap(filesOf)])]),
);
for (const [page, need] of needs) row(page, need);
for (const chunk of AFTER) row(`after: ${chunk}`, sum(filesOf(chunk).filter((name) => !named.includes(name))));
row("all of it, in one language", sum([...texts.keys()].filter((name) => !name.startsWith("ko-"))));

const heavy = needs.filter(([, { gzip }]) => gzip > MOST);
for (const [page, { gzip }] of heavy) console.error(`${page} needs ${gzip} bytes before it can be used; ${MOST} is the most`);
process.exitCode = heavy.length > 0 ? 1 : 0;
