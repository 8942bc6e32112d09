export { ExplanationsPage } from "./ExplanationsPage";
export { PromptPage } from "./PromptPage";
export { PromptsPage } from "./PromptsPage";
export { QuestionPage } from "./QuestionPage";
export { SetPage } from "./SetPage";
