import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const API = [
  "admin", "audit", "batch", "cache-readers", "circuit-breakers", "collections", "cron", "dead-letters", "definitions",
  "budget", "events", "graphql", "instances", "leases", "limits", "login", "login-links", "logout", "me", "monitoring",
  "prompts", "provider-batches", "queue", "runners", "sessions", "streams", "tokens", "workers",
];
const SHARED = /src\/(api|charts|editor|forms|graph|live|pages|said|ui)\/|react-(query|virtual)|(query|virtual)-core/;
const served = process.env["BATCHDAG_URL"] ?? "http://127.0.0.1:8080";
const proxied = { target: served, headers: { origin: served, host: new URL(served).host } };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@codemirror/lang-html": fileURLToPath(new URL("src/editor/plain.ts", import.meta.url)) } },
  server: { proxy: Object.fromEntries(API.map((path) => [`^/${path}(/|\\?|$)`, proxied])) },
  preview: { proxy: Object.fromEntries(API.map((path) => [`^/${path}(/|\\?|$)`, proxied])) },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome125", "firefox128", "safari18"],
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { main: "index.html" },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        // What several pages share is one file: a browser asks a server of HTTP/1.1 for six at a time.
        codeSplitting: { groups: [{ name: "shared", test: SHARED, minShareCount: 2 }] },
      },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node", css: true },
});
