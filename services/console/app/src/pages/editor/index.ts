export { EditPage } from "./EditPage";
export { NewPage } from "./NewPage";
