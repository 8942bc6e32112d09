import type { Role } from "../api/schema";

const ranks: readonly Role[] = ["viewer", "operator", "editor", "admin"];

export const isRole = (name: string): name is Role => ranks.some((role) => role === name);

/** Whether a role may do what another one may: each may do what those before it may. */
export const covers = (held: Role, needed: Role): boolean => ranks.indexOf(held) >= ranks.indexOf(needed);
