import type { ReactNode } from "react";
import { Component } from "react";
import { FailureNote } from "./notes.tsx";

interface ScreenBoundaryProps {
  readonly children: ReactNode;
}

interface ScreenBoundaryState {
  readonly error: unknown;
}

/** Keeps a defect of one screen from taking the others with it. */
export class ScreenBoundary extends Component<ScreenBoundaryProps, ScreenBoundaryState> {
  override state: ScreenBoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): ScreenBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="mx-auto max-w-xl p-6">
        <FailureNote error={this.state.error} title="This screen could not be shown." />
      </div>
    );
  }
}
