export { DefinitionPage } from "./DefinitionPage";
export { DefinitionsPage } from "./DefinitionsPage";
export { EditPage } from "./EditPage";
export { NewPage } from "./NewPage";
export { VersionsPage } from "./VersionsPage";
