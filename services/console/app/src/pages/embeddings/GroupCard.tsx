import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { LetterOut } from "../../api/schema";
import { Can } from "../../app/me";
import { setQuery } from "../../app/navigation";
import { useI18n } from "../../i18n/I18n";
import { Answer } from "../../ui/Answer";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Link } from "../../ui/Link";
import { MoreButton } from "../../ui/MoreButton";
import { SmallSelect } from "../../ui/SmallSelect";
import { type Column, Table } from "../../ui/Table";
import { Time } from "../../ui/Values";
import { LetterDialog } from "./LetterDialog";
import { type Group, lettersQuery } from "./queries";
import { RequeueGroup } from "./RequeueGroup";

/** The letters of one kind, with what they hold. */
export function GroupCard({ group, isRequeued }: { group: Group; isRequeued: boolean }) {
  const { t } = useI18n();
  const query = useInfiniteQuery(lettersQuery(group, isRequeued ? "requeued" : "dead"));
  const [opened, setOpened] = useState<LetterOut | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void place.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const isThere = (query.data?.pages[0]?.data.length ?? 0) > 0;
  const title = t("embeddings.lettersOf", { source: group.source });
  return (
    <div ref={place}>
      <Card
        title={title}
        isFlush
        aside={
          <>
            <SmallSelect
              icon="filter"
              label={t("embeddings.state")}
              value={isRequeued ? "requeued" : "dead"}
              onChange={(state) => setQuery({ state: state === "requeued" ? state : null })}
              options={[
                { value: "dead", label: t("embeddings.deadNow") },
                { value: "requeued", label: t("words.requeued") },
              ]}
            />
            {!isRequeued && isThere && (
              <Can role="operator">
                <RequeueGroup group={group} />
              </Can>
            )}
          </>
        }
      >
        <Answer query={query}>
          {({ pages }) => {
            const letters = pages.flatMap(({ data }) => data);
            if (letters.length === 0) return <Empty icon="check" headingLevel={3} title={t("embeddings.groupEmpty")} lead={t("embeddings.groupEmptyLead")} />;
            return <Letters label={title} letters={letters} onOpen={setOpened} />;
          }}
        </Answer>
        <MoreButton query={query} />
        {opened && <LetterDialog letter={opened} onClose={() => setOpened(null)} />}
      </Card>
    </div>
  );
}

function Letters({ label, letters, onOpen }: { label: string; letters: readonly LetterOut[]; onOpen: (letter: LetterOut) => void }) {
  const { t } = useI18n();
  const columns: Column<LetterOut>[] = [
    { key: "id", label: t("embeddings.letter"), isHeader: true, cell: ({ id }) => `#${id}` },
    { key: "reason", label: t("embeddings.reason"), cell: ({ reason }) => <span className="reason">{reason}</span> },
    {
      key: "instance", label: t("embeddings.instance"), isSecondary: true,
      cell: ({ batch_instance_id: id }) => id !== null && <Link to="/instances/:id" params={{ id }}>#{id}</Link>,
    },
    { key: "at", label: t("embeddings.since"), isNumber: true, isSecondary: true, cell: ({ created_at }) => <Time at={created_at} /> },
    {
      key: "open", label: t("embeddings.payload"), isLabelHidden: true, isNumber: true, isAction: true,
      cell: (letter) => (
        <Button size="small" kind="quiet" onClick={() => onOpen(letter)}>
          {t("embeddings.payload")}
        </Button>
      ),
    },
  ];
  return <Table label={label} columns={columns} rows={letters} rowKey={({ id }) => id} />;
}
