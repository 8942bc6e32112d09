import type { SpendOut } from "../../../api/schema";

const sum = (values: readonly (string | null)[]): number => values.reduce((total, usd) => total + Number(usd ?? 0), 0);

export interface MoneyIn {
  spent: number;
  /** Sent to a provider and not billed yet. */
  reserved: number;
  /** Whether all of it is made up. */
  isSimulated: boolean;
}

/** What purchases come to. Exact enough to be shown; the books are the server's. */
export const moneyIn = (spend: readonly SpendOut[]): MoneyIn => ({
  spent: sum(spend.map(({ spent_usd }) => spent_usd)),
  reserved: sum(spend.map(({ reserved_usd }) => reserved_usd)),
  isSimulated: spend.length > 0 && spend.every(({ is_simulated }) => is_simulated),
});
