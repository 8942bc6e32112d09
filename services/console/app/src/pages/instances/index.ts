export { ItemPage } from "./item/ItemPage";
export { InstancesPage } from "./list/InstancesPage";
export { InstancePage } from "./one/InstancePage";
export { ContinuePage } from "./retry/ContinuePage";
export { StepPage } from "./step/StepPage";
