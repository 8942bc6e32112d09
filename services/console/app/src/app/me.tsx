import { createContext, type ReactNode, useContext } from "react";
import type { Me, Role } from "../api/schema";
import { covers } from "./roles";

export const MeContext = createContext<Me | null>(null);

/** Who is signed in. Inside the shell there is always somebody. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("useMe is used outside the session");
  return me;
}

/** Whether this role, or more, is held. */
export const useMay = (role: Role): boolean => covers(useMe().role, role);

/** Shows what only some may do to those who may. The server refuses it to the others anyway. */
export function Can({ role, children }: { role: Role; children: ReactNode }) {
  return useMay(role) ? children : null;
}
