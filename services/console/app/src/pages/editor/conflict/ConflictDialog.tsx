import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "../../../api/client";
import { keys } from "../../../api/keys";
import { readToEdit } from "../../../api/readToEdit";
import { useI18n } from "../../../i18n/I18n";
import { Dialog } from "../../../ui/Dialog";
import { Link } from "../../../ui/Link";
import { Loading } from "../../../ui/Loading";
import { ProblemView } from "../../../ui/ProblemView";
import { useBench } from "../bench";
import { type Draft, draftOf } from "../model/draft";
import type { Base } from "../useDrafting";
import { Settling } from "./Settling";

export type SettledWords = "editor.conflictMerged" | "editor.conflictOpened";

interface ConflictDialogProps {
  base: Base;
  /** Goes on from the version that stands, with a draft. */
  onSettled: (theirs: Base, draft: Draft, words: SettledWords) => void;
  onClose: () => void;
}

/** Somebody else has saved meanwhile: what they changed, and how to go on without losing anything. */
export function ConflictDialog({ base, onSettled, onClose }: ConflictDialogProps) {
  const { t } = useI18n();
  const { draft, isNew } = useBench();
  const queries = useQueryClient();
  const { data, error, isPending } = useQuery({
    queryKey: [...keys.definition(draft.name), "conflict", base.version],
    queryFn: () => meanwhile(queries, draft.name, base.version),
    enabled: !isNew,
    staleTime: 0,
    gcTime: 0,
  });
  if (isNew) return <Taken name={draft.name} onClose={onClose} />;
  if (data) return <Settling base={base} meanwhile={data} onSettled={onSettled} onClose={onClose} />;
  return (
    <Dialog title={t("editor.conflictTitle", { name: draft.name })} size="wide" onClose={onClose}>
      {isPending && <Loading />}
      {error && <ProblemView error={error} />}
    </Dialog>
  );
}

export type Meanwhile = Awaited<ReturnType<typeof meanwhile>>;

async function meanwhile(queries: QueryClient, name: string, since: number) {
  const definition = await readToEdit(name);
  // The page learns at once what stands, not when it asks next.
  queries.setQueryData(keys.definitionToEdit(name), definition);
  const version = definition.version ?? 0;
  const [diff, versions] = await Promise.all([
    body(api.GET("/definitions/{name}/diff", { params: { path: { name }, query: { from: since, to: version } } })),
    body(api.GET("/definitions/{name}/versions", { params: { path: { name } } })),
  ]);
  return {
    theirs: { version, draft: draftOf(definition) },
    changes: diff.changes,
    saves: versions.data.filter((one) => one.version > since),
  };
}

function Taken({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog
      title={t("editor.takenTitle", { name })}
      onClose={onClose}
      actions={
        <Link to="/definitions/:name/edit" params={{ name }} look="button">
          {t("editor.takenOpen", { name })}
        </Link>
      }
    >
      <p>{t("editor.takenLead")}</p>
    </Dialog>
  );
}
