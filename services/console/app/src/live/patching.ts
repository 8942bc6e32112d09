/** A row with what an event says of it: the fields that both have, under the same names. */
export function patched<Row extends object>(row: Row, seen: object): Row {
  const known = Object.entries(seen).filter(([name]) => Object.hasOwn(row, name));
  return { ...row, ...Object.fromEntries(known) };
}

/** Rows with what events say of them, by id. Rows that no event is about stay the same objects. */
export function patchedRows<Row extends { id: number }>(rows: readonly Row[], seen: readonly { id: number }[]): Row[] {
  const byId = new Map(seen.map((one) => [one.id, one]));
  return rows.map((row) => {
    const one = byId.get(row.id);
    return one === undefined ? row : patched(row, one);
  });
}
