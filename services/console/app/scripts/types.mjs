// Makes src/api/schema.d.ts from the OpenAPI document that the Python side writes.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const app = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const root = resolve(app, "../../..");
const venv = resolve(root, ".venv/bin/python");
const python = process.env.PYTHON ?? (existsSync(venv) ? venv : "python3");
const written = execFileSync(python, ["-m", "services.console.openapi"], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
const tree = await openapiTS(JSON.parse(written), {
  alphabetize: true,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
const banner = "// Made by `npm run types` from the OpenAPI document. Do not edit.\n\n";
writeFileSync(resolve(app, "src/api/schema.d.ts"), banner + astToString(tree));
