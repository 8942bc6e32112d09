export { RehearsalPage } from "./report/RehearsalPage";
export { RehearsePage } from "./form/RehearsePage";
export { RunPage } from "./form/RunPage";
