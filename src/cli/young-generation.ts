import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8 from enlarging the space of new objects until the returned function is called. Reading a thousand hands fills it quickly and
 * leaves little of it alive: V8 would make 64 MB of it, once, and give none of that back to the system for as long as the process lives.
 * Afterwards it grows as V8 thinks best, where the work needs it.
 */
export function holdYoungGeneration(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  return () => setFlagsFromString("--semi-space-growth-factor=2");
}
