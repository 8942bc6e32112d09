export type { Said, SaidArea } from "./sentence";
export { useSaid } from "./useSaid";
export { useSaidProblems } from "./useSaidProblems";
