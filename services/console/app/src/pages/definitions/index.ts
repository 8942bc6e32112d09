export { DefinitionsPage } from "./list/DefinitionsPage";
export { DefinitionPage } from "./one/DefinitionPage";
export { VersionsPage } from "./versions/VersionsPage";
