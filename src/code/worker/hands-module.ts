// What `import … from "hands"` gives inside a hand: little, so that a worker starts fast. The types come from the package.
export { HandsError } from "../../core/index.ts";
export { defineTool } from "../../tools/index.ts";
