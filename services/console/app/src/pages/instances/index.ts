export { ContinuePage } from "./ContinuePage";
export { InstancePage } from "./InstancePage";
export { InstancesPage } from "./InstancesPage";
export { ItemPage } from "./ItemPage";
export { StepPage } from "./StepPage";
