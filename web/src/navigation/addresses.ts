/** Where each thing is shown. */
export const addresses = {
  overview: "/",
  inbox: "/inbox",
  approval: (id: string) => `/inbox/${encodeURIComponent(id)}`,
  executions: "/executions",
  execution: (id: string) => `/executions/${encodeURIComponent(id)}`,
  step: (id: string, index: number) => `/executions/${encodeURIComponent(id)}?step=${index}`,
  hands: "/hands",
  hand: (name: string) => `/hands/${encodeURIComponent(name)}`,
  calendar: "/calendar",
  settings: "/settings",
} as const;
