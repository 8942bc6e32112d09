export { EmbeddingsPage } from "./EmbeddingsPage";
export { LettersPage } from "./LettersPage";
export { RecommendationsPage } from "./RecommendationsPage";
export { SearchPage } from "./SearchPage";
