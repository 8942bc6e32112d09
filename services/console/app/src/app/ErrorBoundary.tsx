import { Component, type ReactNode } from "react";
import { Crashed } from "./Crashed";

interface State {
  error: Error | null;
}

/** Shows what failed in place of what it holds; another `key` begins anew. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    return this.state.error ? <Crashed error={this.state.error} /> : this.props.children;
  }
}
