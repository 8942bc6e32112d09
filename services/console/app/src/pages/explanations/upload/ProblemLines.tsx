import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LineProblem } from "../../../api/schema";
import { useI18n } from "../../../i18n/I18n";
import { useSaid } from "../../../said";
import { Button } from "../../../ui/Button";
import { CodeText } from "../../../ui/CodeText";
import { type Column, Table } from "../../../ui/Table";
import type { Given } from "./given";
import { linesOf } from "./lines";

interface ProblemLinesProps {
  given: Given;
  problems: readonly LineProblem[];
  encoding: string;
}

const AT_FIRST = 20;
const MOST_READ = 8_000_000;
const MOST_SHOWN = 160;

/** Each wrong line: where, what, and what stands there. */
export function ProblemLines({ given, problems, encoding }: ProblemLinesProps) {
  const { t } = useI18n();
  const [isWhole, setIsWhole] = useState(false);
  const lines = useLines(given, encoding);
  const rows = problems.map((problem, at) => ({ ...problem, at }));
  return (
    <div className="problem-lines">
      <Table
        label={t("explanations.reason")}
        columns={useColumns(given, lines)}
        rows={isWhole ? rows : rows.slice(0, AT_FIRST)}
        rowKey={({ at }) => at}
      />
      {rows.length > AT_FIRST && (
        <Button kind="quiet" size="small" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? t("ui.less") : t("ui.more")}
        </Button>
      )}
    </div>
  );
}

function useColumns(given: Given, lines: readonly string[] | undefined): Column<LineProblem>[] {
  const { t } = useI18n();
  const said = useSaid();
  const isCsv = given.kind === "text/csv";
  const columns: Column<LineProblem>[] = [
    {
      key: "line",
      label: isCsv ? t("explanations.line") : t("explanations.element"),
      isNumber: true,
      isHeader: true,
      cell: ({ line }) => line,
    },
    {
      key: "column",
      label: t("explanations.column"),
      cell: ({ column }) => (
        <span className="number faint">{column ? <CodeText text={column} /> : t("explanations.wholeLine")}</span>
      ),
    },
    { key: "reason", label: t("explanations.reason"), cell: (problem) => <span className="problem-lines__reason">{said("lineReasons", problem, problem.reason)}</span> },
  ];
  if (!isCsv || lines === undefined) return columns;
  const says = ({ line }: LineProblem) => <CodeText text={(lines[line - 1] ?? "").slice(0, MOST_SHOWN)} />;
  return [...columns, { key: "says", label: t("explanations.lineSays"), cell: says }];
}

function useLines(given: Given, encoding: string): readonly string[] | undefined {
  const read = useQuery({
    queryKey: ["upload lines", given.id, encoding],
    queryFn: async () => linesOf(await given.content.arrayBuffer(), encoding),
    enabled: given.kind === "text/csv" && given.content.size <= MOST_READ,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return read.data;
}
