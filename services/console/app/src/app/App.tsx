import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { I18nProvider } from "../i18n/I18n";
import { LiveProvider } from "../live/Live";
import { ToastProvider } from "../ui/Toast";
import { ErrorBoundary } from "./ErrorBoundary";
import { PageView } from "./PageView";
import { makeQueryClient } from "./queries";
import { Session } from "./Session";
import { Shell } from "./Shell";

export function App() {
  const [client] = useState(makeQueryClient);
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
