import type { Scope } from "./events";
import type { Feed } from "./Feed";

const HIDDEN_MS = 20_000;

/** One feed for each scope. A browser opens only six connections to a host: tabs in the background give theirs back. */
export class Feeds {
  private readonly byScope = new Map<string, Feed>();
  private readonly make: (scope: Scope) => Feed;

  constructor(make: (scope: Scope) => Feed) {
    this.make = make;
  }

  of(instance: number | undefined, definition: string | undefined): Feed {
    const key = `${instance ?? ""} ${definition ?? ""}`;
    const known = this.byScope.get(key);
    if (known) return known;
    const feed = this.make({ ...(instance !== undefined && { instance }), ...(definition !== undefined && { definition }) });
    this.byScope.set(key, feed);
    return feed;
  }

  restWhileHidden(page: Document): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      if (page.visibilityState === "visible") this.byScope.forEach((feed) => feed.resume());
      else timer = setTimeout(() => this.byScope.forEach((feed) => feed.pause()), HIDDEN_MS);
    };
    page.addEventListener("visibilitychange", changed);
    return () => {
      clearTimeout(timer);
      page.removeEventListener("visibilitychange", changed);
    };
  }
}
