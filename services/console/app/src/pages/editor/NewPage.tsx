import { empty } from "./model/draft";
import { Workbench } from "./Workbench";

const nothing = { version: 0, draft: empty };

/** Makes a definition from nothing. */
export function NewPage() {
  return <Workbench slot="" opened={nothing} continued={null} />;
}
