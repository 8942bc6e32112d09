import { useI18n } from "../i18n/I18n";
import { Button } from "./Button";
import "./table.css";

interface MoreButtonProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Below a list that goes on: asks for its next page. */
export function MoreButton({ query }: MoreButtonProps) {
  const { t } = useI18n();
  if (!query.hasNextPage) return null;
  return (
    <div className="more">
      <Button size="small" icon="down" isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t("ui.loadMore")}
      </Button>
    </div>
  );
}
