import "./app/tokens.css";
import "./app/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { loadEarly } from "./app/pages";
import { showPreferredTheme } from "./app/theme";
import { loadPreferred } from "./i18n/I18n";

showPreferredTheme();
loadPreferred();
loadEarly(window.location.hash);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
