import type { PrimitiveValueListNode } from "kysely";
import { OperationNodeTransformer, ValueListNode, ValueNode } from "kysely";

/** Writes the constants of a query into its text, where a query is otherwise given them beside it. */
export class ConstantWriter extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return isConstant(node.value) ? ValueNode.createImmediate(node.value) : node;
  }

  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    const values = node.values.map((value) => this.transformValue(ValueNode.create(value)));
    // The two kinds of lists are written in the same way, and only this one may hold constants.
    return ValueListNode.create(values) as unknown as PrimitiveValueListNode;
  }
}

function isConstant(value: unknown): boolean {
  return value === null || ["string", "number", "bigint", "boolean"].includes(typeof value);
}
