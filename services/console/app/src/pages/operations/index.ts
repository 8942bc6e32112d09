export { OperationsPage } from "./OperationsPage";
export { OperationsTabPage } from "./OperationsTabPage";
