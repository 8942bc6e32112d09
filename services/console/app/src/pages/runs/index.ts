export { RehearsalPage } from "./RehearsalPage";
export { RehearsePage } from "./RehearsePage";
export { RunPage } from "./RunPage";
