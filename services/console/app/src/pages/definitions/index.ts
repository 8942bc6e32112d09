export { DefinitionPage } from "./DefinitionPage";
export { DefinitionsPage } from "./DefinitionsPage";
export { VersionsPage } from "./VersionsPage";
