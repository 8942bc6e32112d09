import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { I18nProvider } from "../i18n/I18n";
import { LiveProvider } from "../live/Live";
import { ToastProvider } from "../ui/Toast";
import { ErrorBoundary } from "./ErrorBoundary";
import { PageView } from "./PageView";
import { makeQueryClient } from "./queries";
import { meQuery, Session } from "./Session";
import { Shell } from "./Shell";

export function App() {
  const [client] = useState(begin);
  return (
    <QueryClientProvider client={client}>
      <I18nProvider>
        <ErrorBoundary>
          <ToastProvider>
            <Session>
              <LiveProvider>
                <Shell>
                  <PageView />
                </Shell>
              </LiveProvider>
            </Session>
          </ToastProvider>
        </ErrorBoundary>
      </I18nProvider>
    </QueryClientProvider>
  );
}

/** Who is signed in is asked before anything is drawn: every page waits for it. */
function begin(): QueryClient {
  const client = makeQueryClient();
  void client.prefetchQuery(meQuery);
  return client;
}
