export type {
  ApprovalSubject,
  BoundFile,
  CompiledGate,
  OperatorPolicy,
  PolicyDecision,
  PolicyQuestion,
} from "./types.ts";
